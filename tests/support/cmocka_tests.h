/* cmocka_tests.h -- cmocka with the headers it wants before it. */
#ifndef CRMDB_TESTS_SUPPORT_CMOCKA_TESTS_H
#define CRMDB_TESTS_SUPPORT_CMOCKA_TESTS_H
#include <setjmp.h> /* all four must come before cmocka.h */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
