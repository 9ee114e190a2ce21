/* net.c -- sideways. */
#include "server/store/store.h"
