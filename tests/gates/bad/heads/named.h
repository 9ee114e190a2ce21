/* other.h -- names another file. */
