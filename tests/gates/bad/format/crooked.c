/* crooked.c -- not as clang-format would have it. */
int  crooked( void ) { return 1; }
