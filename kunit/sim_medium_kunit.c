// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sparse medium.
 */
#include <kunit/resource.h>
#include <kunit/test.h>
#include <linux/limits.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../sim/medium.h"
#include "../sim/rcu_batch.h"

/* A test has a medium, and flat memory to compare it with. */
#define SIM_MODEL	(16 * SIM_CHUNK_SIZE)

struct sim_model {
	struct sim_medium medium;
	u8 data[SIM_MODEL];
	bool mapped[SIM_MODEL / 512];
	u8 buf[SIM_MODEL];
};

static struct sim_model *sim_model(struct kunit *test)
{
	return test->priv;
}

static struct sim_medium *sim_test_medium(struct kunit *test)
{
	return &sim_model(test)->medium;
}

static int sim_medium_test_init(struct kunit *test)
{
	struct sim_model *model;

	model = kunit_kzalloc(test, sizeof(*model), GFP_KERNEL);
	if (!model)
		return -ENOMEM;
	sim_medium_init(&model->medium, 9);
	test->priv = model;
	return 0;
}

static void sim_medium_test_exit(struct kunit *test)
{
	struct sim_model *model = test->priv;

	if (model)
		sim_medium_destroy(&model->medium);
}

static void sim_fill(struct kunit *test, u64 pos, u32 len, u8 byte)
{
	struct sim_model *model = sim_model(test);

	memset(model->buf, byte, len);
	KUNIT_ASSERT_EQ(test, 0, sim_medium_map(&model->medium, pos, len,
						GFP_KERNEL));
	sim_medium_write(&model->medium, pos, model->buf, len);
}

static void sim_expect_bytes(struct kunit *test, u64 pos, u32 len, u8 byte)
{
	struct sim_model *model = sim_model(test);

	memset(model->buf, ~byte, len);
	sim_medium_read(&model->medium, pos, model->buf, len);
	KUNIT_EXPECT_NULL(test, memchr_inv(model->buf, byte, len));
}

static void empty_medium_reads_zeroes(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	bool mapped = true;

	sim_expect_bytes(test, 0, SIM_MODEL, 0);
	sim_expect_bytes(test, U64_MAX - 8191, 8000, 0);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
	KUNIT_EXPECT_EQ(test, 1ULL << 60,
			sim_medium_run(medium, 0, 1ULL << 60, &mapped));
	KUNIT_EXPECT_FALSE(test, mapped);
}

static void only_written_chunks_take_memory(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);

	sim_fill(test, 512, 512, 0xa5);
	KUNIT_EXPECT_EQ(test, 1, sim_medium_chunks(medium));
	sim_fill(test, 1024, 512, 0xa6);
	KUNIT_EXPECT_EQ(test, 1, sim_medium_chunks(medium));
	sim_fill(test, 1ULL << 50, 2 * SIM_CHUNK_SIZE, 0xa7);
	KUNIT_EXPECT_EQ(test, 3, sim_medium_chunks(medium));
	sim_fill(test, 3 * SIM_CHUNK_SIZE - 512, 1024, 0xa8);
	KUNIT_EXPECT_EQ(test, 5, sim_medium_chunks(medium));

	sim_expect_bytes(test, 0, 512, 0);
	sim_expect_bytes(test, 512, 512, 0xa5);
	sim_expect_bytes(test, 1024, 512, 0xa6);
	sim_expect_bytes(test, 1536, 3 * SIM_CHUNK_SIZE - 2048, 0);
	sim_expect_bytes(test, 3 * SIM_CHUNK_SIZE - 512, 1024, 0xa8);
	sim_expect_bytes(test, 1ULL << 50, 2 * SIM_CHUNK_SIZE, 0xa7);
}

static void unmapped_chunk_is_freed(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	unsigned int block;

	sim_fill(test, 0, SIM_CHUNK_SIZE, 0x11);
	for (block = 0; block < 8; block++) {
		KUNIT_EXPECT_EQ(test, 1, sim_medium_chunks(medium));
		sim_medium_unmap(medium, block * 512, 512);
		sim_expect_bytes(test, 0, (block + 1) * 512, 0);
		if (block < 7)
			sim_expect_bytes(test, (block + 1) * 512, 512, 0x11);
	}
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
	sim_medium_unmap(medium, 0, SIM_CHUNK_SIZE);
	sim_medium_unmap(medium, 0, 0);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
}

/*
 * Unmap changes the blocks in the range, at both ends, and no blocks outside
 * it.
 */
static void unmap_changes_only_its_range(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);

	sim_fill(test, 0, 4 * SIM_CHUNK_SIZE, 0x22);
	sim_fill(test, 1ULL << 40, 512, 0x23);
	sim_medium_unmap(medium, SIM_CHUNK_SIZE - 512,
			 2 * SIM_CHUNK_SIZE + 1024);
	sim_expect_bytes(test, 0, SIM_CHUNK_SIZE - 512, 0x22);
	sim_expect_bytes(test, SIM_CHUNK_SIZE - 512,
			 2 * SIM_CHUNK_SIZE + 1024, 0);
	sim_expect_bytes(test, 3 * SIM_CHUNK_SIZE + 512,
			 SIM_CHUNK_SIZE - 512, 0x22);
	KUNIT_EXPECT_EQ(test, 3, sim_medium_chunks(medium));
	sim_medium_unmap(medium, 0, 1ULL << 62);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
}

/* More chunks than one RCU batch holds. */
static void unmap_of_many_chunks_frees_memory(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	u64 pos;

	for (pos = 0; pos < 1200ULL << 20; pos += 1 << 20)
		sim_fill(test, pos, 512, 0x33);
	KUNIT_EXPECT_EQ(test, 1200, sim_medium_chunks(medium));
	sim_medium_unmap(medium, 0, 1ULL << 40);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
	sim_expect_bytes(test, 0, SIM_MODEL, 0);
}

/* Blocks that are mapped again hold zeroes, not their old data. */
static void mapped_again_block_has_no_stale_data(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);

	sim_fill(test, 0, SIM_CHUNK_SIZE, 0x44);
	sim_medium_unmap(medium, 1024, 1024);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_map(medium, 512, 2048,
						GFP_NOWAIT));
	sim_expect_bytes(test, 0, 1024, 0x44);
	sim_expect_bytes(test, 1024, 1024, 0);
	sim_expect_bytes(test, 2048, 2048, 0x44);
}

static void write_ends_before_unmapped_block(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	struct sim_model *model = sim_model(test);

	sim_fill(test, 0, 2 * SIM_CHUNK_SIZE, 0x55);
	sim_medium_unmap(medium, 512, SIM_CHUNK_SIZE);
	memset(model->buf, 0x66, 2 * SIM_CHUNK_SIZE);
	KUNIT_EXPECT_EQ(test, 512, sim_medium_write(medium, 0, model->buf,
						    2 * SIM_CHUNK_SIZE));
	sim_expect_bytes(test, 0, 512, 0x66);
	sim_expect_bytes(test, 512, SIM_CHUNK_SIZE, 0);
	sim_expect_bytes(test, SIM_CHUNK_SIZE + 512, SIM_CHUNK_SIZE - 512,
			 0x55);
}

static void reset_limit(void *unused)
{
	sim_medium_set_limit(ULONG_MAX);
}

static void map_beyond_limit_returns_enospc(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);

	KUNIT_ASSERT_EQ(test, 0, kunit_add_action(test, reset_limit, NULL));
	sim_fill(test, 0, SIM_CHUNK_SIZE, 0x11);
	sim_medium_set_limit(sim_medium_total() + 2);
	KUNIT_EXPECT_EQ(test, -ENOSPC,
			sim_medium_map(medium, 0, 4 * SIM_CHUNK_SIZE,
				       GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, 3, sim_medium_chunks(medium));
	/*
	 * Existing chunks can be used at the limit, and freed memory can be
	 * allocated again.
	 */
	KUNIT_EXPECT_EQ(test, 0, sim_medium_map(medium, 0, 3 * SIM_CHUNK_SIZE,
						GFP_NOWAIT));
	sim_medium_unmap(medium, 0, SIM_CHUNK_SIZE);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_map(medium, 5 * SIM_CHUNK_SIZE,
						512, GFP_NOWAIT));
	KUNIT_EXPECT_EQ(test, -ENOSPC, sim_medium_map(medium, 0, 512,
						      GFP_NOWAIT));
}

static void fake_medium_has_no_memory(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	struct sim_model *model = sim_model(test);

	medium->fake = true;
	sim_fill(test, 0, SIM_MODEL, 0x11);
	KUNIT_EXPECT_EQ(test, 0, sim_medium_chunks(medium));
	KUNIT_EXPECT_EQ(test, SIM_MODEL, sim_medium_write(medium, 0, model->buf,
							  SIM_MODEL));
	KUNIT_EXPECT_EQ(test, SIM_MODEL,
			sim_medium_compare(medium, 0, model->buf, SIM_MODEL));
	sim_expect_bytes(test, 0, SIM_MODEL, 0);
}

static void compare_finds_first_difference(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	u8 *buf = sim_model(test)->buf;
	u32 i, len = 3 * SIM_CHUNK_SIZE;
	static const u32 at[] = { 0, 1, 511, 512, 4095, 4096, 5000, 8191, 8192,
				  12287 };

	sim_fill(test, SIM_CHUNK_SIZE, SIM_CHUNK_SIZE, 0x77);
	memset(buf, 0, len);
	memset(buf + SIM_CHUNK_SIZE, 0x77, SIM_CHUNK_SIZE);
	KUNIT_EXPECT_EQ(test, len, sim_medium_compare(medium, 0, buf, len));
	KUNIT_EXPECT_EQ(test, 0, sim_medium_compare(medium, 0, buf, 0));
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		buf[at[i]] ^= 0x10;
		buf[len - 1] ^= at[i] == len - 1 ? 0 : 1;
		KUNIT_EXPECT_EQ(test, at[i],
				sim_medium_compare(medium, 0, buf, len));
		buf[at[i]] ^= 0x10;
		buf[len - 1] ^= at[i] == len - 1 ? 0 : 1;
	}
	KUNIT_EXPECT_EQ(test, 2, sim_medium_compare(medium, 4094, buf + 4094,
						    2));
}

static void run_length_counts_blocks_of_same_state(struct kunit *test)
{
	struct sim_medium *medium = sim_test_medium(test);
	u64 end = 1ULL << 44;
	bool mapped;

	sim_fill(test, 1024, 2 * SIM_CHUNK_SIZE, 1);
	sim_fill(test, 1ULL << 40, 512, 1);
	KUNIT_EXPECT_EQ(test, 1024, sim_medium_run(medium, 0, end, &mapped));
	KUNIT_EXPECT_FALSE(test, mapped);
	KUNIT_EXPECT_EQ(test, 2 * SIM_CHUNK_SIZE,
			sim_medium_run(medium, 1024, end, &mapped));
	KUNIT_EXPECT_TRUE(test, mapped);
	KUNIT_EXPECT_EQ(test, 512,
			sim_medium_run(medium, 1024, 1536, &mapped));
	KUNIT_EXPECT_EQ(test, (1ULL << 40) - 2 * SIM_CHUNK_SIZE - 1024,
			sim_medium_run(medium, 2 * SIM_CHUNK_SIZE + 1024, end,
				       &mapped));
	KUNIT_EXPECT_FALSE(test, mapped);
	KUNIT_EXPECT_EQ(test, end - (1ULL << 40) - 512,
			sim_medium_run(medium, (1ULL << 40) + 512, end,
				       &mapped));
	KUNIT_EXPECT_FALSE(test, mapped);
}

static const unsigned int sim_shifts[] = { 9, 10, 11, 12 };

static void sim_shift_desc(const unsigned int *shift, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u byte blocks", 1U << *shift);
}

KUNIT_ARRAY_PARAM(sim_shifts, sim_shifts, sim_shift_desc);

static void sim_model_write(struct sim_model *model, u32 pos, u32 len,
			    u8 byte)
{
	memset(model->buf, byte, len);
	memset(model->data + pos, byte, len);
	memset(model->mapped + pos / 512, true, len / 512);
}

/* Random writes and unmaps have the same result as in flat memory. */
static void random_writes_and_unmaps_match_flat_memory(struct kunit *test)
{
	unsigned int i, shift = *(const unsigned int *)test->param_value;
	struct sim_model *model = sim_model(test);
	struct sim_medium *medium = &model->medium;
	unsigned int blocks = SIM_MODEL >> shift;
	struct rnd_state rnd;
	bool mapped;
	u32 pos, len;

	medium->block_shift = shift;
	prandom_seed_state(&rnd, 1000 + shift);
	for (i = 0; i < 2000; i++) {
		pos = prandom_u32_state(&rnd) % blocks;
		len = 1 + prandom_u32_state(&rnd) % min(blocks - pos, 20U);
		pos <<= shift;
		len <<= shift;
		if (prandom_u32_state(&rnd) & 1) {
			KUNIT_ASSERT_EQ(test, 0,
					sim_medium_map(medium, pos, len,
						       GFP_NOWAIT));
			sim_model_write(model, pos, len, i);
			sim_medium_write(medium, pos, model->buf, len);
		} else {
			sim_medium_unmap(medium, pos, len);
			memset(model->data + pos, 0, len);
			memset(model->mapped + pos / 512, false, len / 512);
		}
		KUNIT_ASSERT_EQ(test, SIM_MODEL,
				sim_medium_compare(medium, 0, model->data,
						   SIM_MODEL));
		sim_medium_read(medium, pos, model->buf, len);
		KUNIT_ASSERT_EQ(test, 0,
				memcmp(model->buf, model->data + pos, len));
	}
	for (pos = 0; pos < SIM_MODEL; pos += 1U << shift) {
		sim_medium_run(medium, pos, SIM_MODEL, &mapped);
		KUNIT_EXPECT_EQ(test, model->mapped[pos / 512], mapped);
	}
}

/* One more piece would be stored behind the end of the batch. */
static void batch_of_500_pieces_is_submitted(struct kunit *test)
{
	struct sim_rcu_batch *batch = NULL;
	unsigned int pieces = 0;

	do {
		batch = sim_rcu_batch_add(batch, kmalloc(1, GFP_KERNEL));
		pieces++;
	} while (batch);
	KUNIT_EXPECT_EQ(test, 500, pieces);
}

static struct kunit_case sim_medium_cases[] = {
	KUNIT_CASE(empty_medium_reads_zeroes),
	KUNIT_CASE(only_written_chunks_take_memory),
	KUNIT_CASE(unmapped_chunk_is_freed),
	KUNIT_CASE(unmap_changes_only_its_range),
	KUNIT_CASE(unmap_of_many_chunks_frees_memory),
	KUNIT_CASE(batch_of_500_pieces_is_submitted),
	KUNIT_CASE(mapped_again_block_has_no_stale_data),
	KUNIT_CASE(write_ends_before_unmapped_block),
	KUNIT_CASE(map_beyond_limit_returns_enospc),
	KUNIT_CASE(fake_medium_has_no_memory),
	KUNIT_CASE(compare_finds_first_difference),
	KUNIT_CASE(run_length_counts_blocks_of_same_state),
	KUNIT_CASE_PARAM(random_writes_and_unmaps_match_flat_memory,
			 sim_shifts_gen_params),
	{}
};

static struct kunit_suite sim_medium_suite = {
	.name = "sim_medium",
	.init = sim_medium_test_init,
	.exit = sim_medium_test_exit,
	.test_cases = sim_medium_cases,
};

kunit_test_suite(sim_medium_suite);

MODULE_DESCRIPTION("KUnit tests of the simulated medium");
MODULE_LICENSE("GPL");
