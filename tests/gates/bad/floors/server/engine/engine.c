/* engine.c -- upwards. */
#include "server/store/store.h"
