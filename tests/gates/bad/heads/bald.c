#include <stdio.h>
/* bald.c -- too late. */
