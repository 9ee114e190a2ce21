/* client.c -- looks into the server. */
#include "server/base/log.h"
