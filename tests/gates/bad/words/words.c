/* words.c -- says what it should not. */
/* TODO: later */
/* keep in sync with other.c */
#include <string.h>
void words_copy(char *to, const char *from);
void words_copy(char *to, const char *from)
{
	strcpy(to, from);
	system ("ls /home/somebody");
}
