/* straight.c -- as clang-format would have it. */
int straight(void);
