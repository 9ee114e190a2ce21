/* key.c -- making and reading keys; see key.h. */
#include "protocol/key.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

static void stamp(struct wire_id *key, unsigned version)
{
	key->bytes[6] = (uint8_t)((key->bytes[6] & 0x0f) | (version << 4));
	key->bytes[8] = (uint8_t)((key->bytes[8] & 0x3f) | 0x80);
}

struct wire_id key_timed(uint64_t unix_ms, const uint8_t random[10])
{
	struct wire_id key;
	for (int i = 0; i < 6; i++)
		key.bytes[i] = (uint8_t)(unix_ms >> (8 * (5 - i)));
	memcpy(key.bytes + 6, random, 10);
	stamp(&key, 7);
	return key;
}

struct wire_id key_from_ref(uint16_t opcode, const char *ref, size_t size)
{
	XXH128_hash_t hash = XXH3_128bits_withSeed(ref, size, opcode);
	struct wire_id key;
	memcpy(key.bytes, &hash.low64, 8);
	memcpy(key.bytes + 8, &hash.high64, 8);
	stamp(&key, 8);
	return key;
}

unsigned key_version(struct wire_id key)
{
	if ((key.bytes[8] & 0xc0) != 0x80)
		return 16;
	return key.bytes[6] >> 4;
}

uint64_t key_unix_ms(struct wire_id key)
{
	uint64_t ms = 0;
	for (int i = 0; i < 6; i++)
		ms = ms << 8 | key.bytes[i];
	return ms;
}

void key_format(struct wire_id key, char text[37])
{
	static const char digits[] = "0123456789abcdef";
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		*text++ = digits[key.bytes[i] >> 4];
		*text++ = digits[key.bytes[i] & 15];
	}
	*text = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool key_parse(const char *text, size_t size, struct wire_id *key)
{
	if (size != 36)
		return false;
	for (int i = 0; i < 16; i++) {
		if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
			return false;
		int high = digit(text[0]), low = digit(text[1]);
		if (high < 0 || low < 0)
			return false;
		key->bytes[i] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	return true;
}
