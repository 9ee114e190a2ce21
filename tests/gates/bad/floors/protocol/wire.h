/* wire.h -- upwards. */
#include "server/base/log.h"
