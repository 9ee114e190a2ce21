/* jump.h -- control flow where nobody sees it. */
#define JUMP_IF(condition)                                                                         \
	do {                                                                                       \
		if (condition)                                                                     \
			return 1;                                                                  \
	} while (0)
#define JUMP_NEXT continue
#define JUMP_RETURNED 1 /* no word of its own: fine */
