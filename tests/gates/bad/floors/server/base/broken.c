/* broken.c -- does not compile. */
#include "server/base/missing.h"
