/* built.c -- uses one error. */
int built(void);
int built(void)
{
	return ERROR_USED + EVENT_used;
}
