/* store.h -- fine. */
