/* log.h -- fine. */
