// SPDX-License-Identifier: GPL-2.0-only
/* The ring of last events: the newest ones, in order, none half written. */
#include <kunit/test.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../ring.h"

static struct pioscsi_ring *new_ring(struct kunit *test)
{
	struct pioscsi_ring *ring = kunit_kzalloc(test, sizeof(*ring),
						  GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, ring);
	return ring;
}

static struct pioscsi_entry *new_copy(struct kunit *test)
{
	struct pioscsi_entry *copy;

	copy = kunit_kcalloc(test, PIOSCSI_RING_SIZE, sizeof(*copy),
			     GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, copy);
	return copy;
}

struct amount_case {
	const char *desc;
	unsigned int written;
	unsigned int first;	/* number of the oldest event in the ring */
};

static const struct amount_case amount_cases[] = {
	{ "none", 0, 0 },
	{ "one", 1, 0 },
	{ "nearly full", PIOSCSI_RING_SIZE - 1, 0 },
	{ "full", PIOSCSI_RING_SIZE, 0 },
	{ "one more", PIOSCSI_RING_SIZE + 1, 1 },
	{ "twice full", 2 * PIOSCSI_RING_SIZE, PIOSCSI_RING_SIZE },
	{ "many", 1000, 1000 - PIOSCSI_RING_SIZE },
};

KUNIT_ARRAY_PARAM_DESC(amount, amount_cases, desc);

static void ring_keeps_last_events_in_order(struct kunit *test)
{
	const struct amount_case *c = test->param_value;
	struct pioscsi_ring *ring = new_ring(test);
	struct pioscsi_entry *copy = new_copy(test);
	unsigned int i, n;

	for (i = 0; i < c->written; i++) {
		pioscsi_ring_time(ring, 1000 + i);
		pioscsi_ring_add(ring, PIOSCSI_EV_START, i, i, -(s64)i);
	}
	n = pioscsi_ring_copy(ring, copy);
	KUNIT_ASSERT_EQ(test, n, c->written - c->first);
	for (i = 0; i < n; i++) {
		KUNIT_EXPECT_EQ(test, copy[i].tag, c->first + i);
		KUNIT_EXPECT_EQ(test, copy[i].ns, 1000 + c->first + i);
		KUNIT_EXPECT_EQ(test, copy[i].b, -(s64)(c->first + i));
	}
}

/* A writer overwrites entries while the reader copies them. */
static void half_written_event_is_skipped(struct kunit *test)
{
	struct pioscsi_ring *ring = new_ring(test);
	struct pioscsi_entry *copy = new_copy(test);
	unsigned int i;

	for (i = 0; i < PIOSCSI_RING_SIZE; i++)
		pioscsi_ring_add(ring, PIOSCSI_EV_CLAIM, i, 0, 0);
	ring->begun += 3;
	KUNIT_EXPECT_EQ(test, pioscsi_ring_copy(ring, copy),
			PIOSCSI_RING_SIZE - 3);
	KUNIT_EXPECT_EQ(test, copy[0].tag, 3);
	ring->begun += 10 * PIOSCSI_RING_SIZE;
	KUNIT_EXPECT_EQ(test, pioscsi_ring_copy(ring, copy), 0);
}

static void event_times_never_decrease(struct kunit *test)
{
	struct pioscsi_ring *ring = new_ring(test);

	pioscsi_ring_time(ring, 20);
	pioscsi_ring_time(ring, 10);
	KUNIT_EXPECT_EQ(test, ring->now, 20);
}

static void mask_has_its_own_time_when_an_event_follows(struct kunit *test)
{
	struct pioscsi_ring *ring = new_ring(test);
	struct pioscsi_entry *copy = new_copy(test);

	pioscsi_ring_mask(ring, 20);
	pioscsi_ring_mask(ring, 25);
	pioscsi_ring_time(ring, 30);
	pioscsi_ring_add(ring, PIOSCSI_EV_CLAIM, PIOSCSI_NO_TAG, 0, 0);
	pioscsi_ring_unmask(ring, 40, 15);
	KUNIT_ASSERT_EQ(test, pioscsi_ring_copy(ring, copy), 3);
	KUNIT_EXPECT_EQ(test, copy[0].event, PIOSCSI_EV_MASK);
	KUNIT_EXPECT_EQ(test, copy[0].ns, 20);
	KUNIT_EXPECT_EQ(test, copy[1].ns, 30);
	KUNIT_EXPECT_EQ(test, copy[2].event, PIOSCSI_EV_UNMASK);
	KUNIT_EXPECT_EQ(test, copy[2].ns, 40);
	KUNIT_EXPECT_EQ(test, copy[2].a, 15);
}

static void mask_without_an_event_is_left_out(struct kunit *test)
{
	struct pioscsi_ring *ring = new_ring(test);
	struct pioscsi_entry *copy = new_copy(test);

	pioscsi_ring_mask(ring, 20);
	pioscsi_ring_unmask(ring, 30, 10);
	pioscsi_ring_add(ring, PIOSCSI_EV_CLAIM, PIOSCSI_NO_TAG, 0, 0);
	KUNIT_ASSERT_EQ(test, pioscsi_ring_copy(ring, copy), 1);
	KUNIT_EXPECT_EQ(test, copy[0].event, PIOSCSI_EV_CLAIM);
	KUNIT_EXPECT_EQ(test, copy[0].ns, 30);
}

struct word_case {
	const char *words;
	struct pioscsi_entry entry;
};

static const struct word_case word_cases[] = {
	{ "1.000002 start tag=3 opcode=0x28 err=0",
	  { 1000002999, PIOSCSI_EV_START, 3, 0x28, 0 } },
	{ "0.000000 claim", { 0, PIOSCSI_EV_CLAIM, PIOSCSI_NO_TAG, 7, 7 } },
	{ "5.500000 later tag=0 bytes=65536 cost_ns=-1",
	  { 5500000000, PIOSCSI_EV_LATER, 0, 65536, -1 } },
	{ "0.000001 defer path=thread",
	  { 1000, PIOSCSI_EV_DEFER, PIOSCSI_NO_TAG, PIOSCSI_PATH_THREAD, 0 } },
	{ "0.000001 defer path=host_thread",
	  { 1000, PIOSCSI_EV_DEFER, PIOSCSI_NO_TAG, PIOSCSI_PATH_HOST_THREAD,
	    0 } },
	{ "0.000001 defer path=99",
	  { 1000, PIOSCSI_EV_DEFER, PIOSCSI_NO_TAG, 99, 0 } },
	{ "0.000001 error tag=1 what=abort err=-5",
	  { 1000, PIOSCSI_EV_ERROR, 1, PIOSCSI_ERR_ABORT, -5 } },
	{ "0.000001 complete tag=1 result=0x80000 resid=512",
	  { 1000, PIOSCSI_EV_COMPLETE, 1, 0x80000, 512 } },
};

KUNIT_ARRAY_PARAM_DESC(word, word_cases, words);

static void event_formats_as_text(struct kunit *test)
{
	const struct word_case *w = test->param_value;
	char *line = kunit_kzalloc(test, 100, GFP_KERNEL);
	size_t size;

	KUNIT_ASSERT_NOT_NULL(test, line);
	pioscsi_ring_format(&w->entry, line, 100);
	KUNIT_EXPECT_STREQ(test, line, w->words);
	/* KASAN reports a byte beyond the buffer. */
	for (size = 1; size <= strlen(w->words); size++) {
		char *tight = kunit_kzalloc(test, size, GFP_KERNEL);

		KUNIT_ASSERT_NOT_NULL(test, tight);
		pioscsi_ring_format(&w->entry, tight, size);
		KUNIT_EXPECT_LT(test, strnlen(tight, size), size);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(ring_keeps_last_events_in_order, amount_gen_params),
	KUNIT_CASE(half_written_event_is_skipped),
	KUNIT_CASE(event_times_never_decrease),
	KUNIT_CASE(mask_has_its_own_time_when_an_event_follows),
	KUNIT_CASE(mask_without_an_event_is_left_out),
	KUNIT_CASE_PARAM(event_formats_as_text, word_gen_params),
	{}
};

static struct kunit_suite suite = {
	.name = "port_ring",
	.test_cases = cases,
};

kunit_test_suite(suite);
