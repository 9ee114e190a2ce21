/* crmdb.h -- C11 alone, and not C++. */
int crm_new(int class);
_Static_assert(1, "");
