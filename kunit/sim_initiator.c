// SPDX-License-Identifier: GPL-2.0-only
/*
 * An initiator for the tests of the simulated targets.
 */
#include <linux/err.h>
#include <linux/irqflags.h>
#include <linux/mm.h>
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi_proto.h>

#include "../sim/lun.h"
#include "scsi_test.h"
#include "sim_initiator.h"

static void sim_initiator_destroy(void *data)
{
	struct sim_initiator *ini = data;

	sim_bus_destroy(ini->bus);
	kvfree(ini->data);
	kfree(ini);
}

/**
 * sim_initiator_on() - make a bus to test
 * @test: the test; when it ends, the bus goes
 * @config: how the bus is built
 *
 * The unit attention condition of LUN 0 of target 0 is cleared.
 *
 * Return: the initiator; the test is aborted if there is none.
 */
struct sim_initiator *sim_initiator_on(struct kunit *test,
				       const struct sim_bus_config *config)
{
	struct sim_bus *bus = sim_bus_create(config);
	struct sim_initiator *ini;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, bus);
	ini = kzalloc(sizeof(*ini), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, ini);
	ini->test = test;
	ini->bus = bus;
	ini->piece = 1021;
	ini->data = kvzalloc(SIM_TEST_DATA, GFP_KERNEL);
	KUNIT_ASSERT_EQ(test, 0,
			kunit_add_action_or_reset(test, sim_initiator_destroy,
						  ini));
	KUNIT_ASSERT_NOT_NULL(test, ini->data);
	SIM_SEND(ini, TEST_UNIT_READY, 0, 0, 0, 0, 0);
	return ini;
}

/**
 * sim_initiator_create() - make a bus of the usual size to test
 * @test: the test; when it ends, the bus goes
 * @dev_size: capacity of each logical unit, bytes
 * @sector_size: logical block length, bytes
 *
 * Return: as sim_initiator_on().
 */
struct sim_initiator *sim_initiator_create(struct kunit *test, u64 dev_size,
					   unsigned int sector_size)
{
	const struct sim_bus_config config = {
		.num_tgts = SIM_TEST_TARGETS,
		.max_luns = SIM_TEST_LUNS,
		.dev_size = dev_size,
		.sector_size = sector_size,
		.host_no = 7,
	};

	return sim_initiator_on(test, &config);
}

/**
 * sim_initiator_lun() - find the logical unit to which commands go
 * @ini: the initiator
 *
 * Return: the logical unit, or %NULL.
 */
struct sim_lun *sim_initiator_lun(struct sim_initiator *ini)
{
	return sim_lun_find(ini->bus, ini->target, ini->lun);
}

/*
 * Move the data through a buffer of exactly its size, so that KASAN reports any
 * access beyond it.
 */
static void sim_move(struct sim_initiator *ini)
{
	struct sim_task *task = &ini->task;
	u8 *buf = kvmalloc(task->len, GFP_KERNEL);
	unsigned long flags;
	u32 off, len, moved;
	int ret = 0;

	KUNIT_ASSERT_NOT_NULL(ini->test, buf);
	if (task->dir == SIM_DIR_OUT)
		memcpy(buf, ini->data, task->len);
	for (off = 0; !ret && off < task->len; off += moved) {
		len = min(ini->piece, task->len - off);
		moved = len;
		local_irq_save(flags);
		if (task->dir == SIM_DIR_OUT)
			moved = sim_task_data_out(task, buf + off, off, len);
		else
			sim_task_data_in(task, buf + off, off, len);
		local_irq_restore(flags);
		if (moved < len) {
			ini->again++;
			ret = sim_task_prepare(task, off + moved, GFP_NOIO);
		}
	}
	ini->moved = off;
	if (task->dir == SIM_DIR_IN)
		memcpy(ini->data, buf, task->len);
	kvfree(buf);
}

/*
 * Execute the command with interrupts off. It must not sleep or enable
 * interrupts.
 */
static int sim_exec_atomic(struct sim_initiator *ini)
{
	unsigned long flags;
	bool off;
	int ret;

	local_irq_save(flags);
	ret = sim_task_exec(ini->bus, &ini->task, GFP_NOWAIT);
	off = irqs_disabled();
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(ini->test, off);
	return ret;
}

static int sim_finish_atomic(struct sim_initiator *ini)
{
	unsigned long flags;
	bool off;
	int ret;

	local_irq_save(flags);
	ret = sim_task_finish(&ini->task, GFP_NOWAIT);
	off = irqs_disabled();
	local_irq_restore(flags);
	KUNIT_EXPECT_TRUE(ini->test, off);
	return ret;
}

/**
 * sim_send() - send a command and wait for its status
 * @ini: the initiator
 * @cdb: the command
 * @len: bytes of it
 *
 * Like a chip, this tries each step without sleeping first.
 *
 * Return: SAM status.
 */
u8 sim_send(struct sim_initiator *ini, const u8 *cdb, unsigned int len)
{
	struct sim_task *task = &ini->task;

	memset(task, 0x5a, sizeof(*task));
	memset(task->cdb, 0, sizeof(task->cdb));
	task->cancelled = false;
	memcpy(task->cdb, cdb, len);
	task->target = ini->target;
	task->lun = ini->lun;
	ini->again = 0;
	if (sim_exec_atomic(ini)) {
		ini->again++;
		KUNIT_ASSERT_EQ(ini->test, 0,
				sim_task_exec(ini->bus, task, GFP_NOIO));
	}
	KUNIT_ASSERT_LE(ini->test, task->len, SIM_TEST_DATA);
	KUNIT_EXPECT_EQ(ini->test, task->dir == SIM_DIR_NONE, !task->len);
	if (ini->in_flight)
		ini->in_flight(ini);
	ini->moved = 0;
	if (task->len)
		sim_move(ini);
	task->cancelled = ini->cancel;
	if (sim_finish_atomic(ini)) {
		ini->again++;
		KUNIT_ASSERT_EQ(ini->test, 0,
				sim_task_finish(task, GFP_NOIO));
	}
	sim_task_release(task);
	return task->status;
}

/**
 * sim_send_good() - send a command that must end with GOOD
 * @ini: the initiator
 * @cdb: the command
 * @len: bytes of it
 */
void sim_send_good(struct sim_initiator *ini, const u8 *cdb,
		   unsigned int len)
{
	KUNIT_EXPECT_EQ_MSG(ini->test, SAM_STAT_GOOD, sim_send(ini, cdb, len),
			    "%*ph: sense %*ph", (int)len, cdb,
			    ini->task.sense_len, ini->task.sense);
	KUNIT_EXPECT_EQ(ini->test, 0, ini->task.sense_len);
}

/**
 * sim_rw() - send a command with an LBA and a length
 * @ini: the initiator
 * @opcode: OPERATION CODE; its group gives the length of the CDB
 * @flags: byte 1
 * @lba: LOGICAL BLOCK ADDRESS
 * @count: logical blocks
 */
void sim_rw(struct sim_initiator *ini, u8 opcode, u8 flags, u64 lba,
	    u32 count)
{
	u8 cdb[16];
	unsigned int len = test_rw_cdb(cdb, opcode, flags, lba, count);

	sim_send(ini, cdb, len);
}

static struct ended_cmd sim_ended(const struct sim_initiator *ini)
{
	const struct sim_task *task = &ini->task;

	return (struct ended_cmd){
		.cdb = task->cdb,
		.cdb_len = 16,
		.sense = task->sense,
		.sense_len = task->sense_len,
	};
}

/**
 * sim_expect_sense() - expect sense data of the last command
 * @ini: the initiator
 * @key: sense key
 * @code: additional sense code and qualifier
 */
void sim_expect_sense(struct sim_initiator *ini, u8 key, u16 code)
{
	struct ended_cmd cmd = sim_ended(ini);

	KUNIT_EXPECT_EQ_MSG(ini->test, SAM_STAT_CHECK_CONDITION,
			    ini->task.status, "CDB %16ph", cmd.cdb);
	KUNIT_ASSERT_GE(ini->test, cmd.sense_len, 8);
	KUNIT_EXPECT_EQ(ini->test, cmd.sense_len, 8 + cmd.sense[7]);
	expect_sense(ini->test, &cmd, key, code);
}

/**
 * sim_expect_info() - expect INFORMATION of the last command
 * @ini: the initiator
 * @valid: whether there is any
 * @info: INFORMATION
 */
void sim_expect_info(struct sim_initiator *ini, bool valid, u64 info)
{
	struct ended_cmd cmd = sim_ended(ini);

	expect_sense_info(ini->test, &cmd, valid, info);
}

/**
 * sim_expect_field() - expect an invalid field in the last command
 * @ini: the initiator
 * @code: 2400h for a field of the CDB, 2600h for one of the parameter list
 * @byte: FIELD POINTER
 * @bit: BIT POINTER
 */
void sim_expect_field(struct sim_initiator *ini, u16 code, unsigned int byte,
		      unsigned int bit)
{
	struct ended_cmd cmd = sim_ended(ini);

	sim_expect_sense(ini, ILLEGAL_REQUEST, code);
	expect_sense_field(ini->test, &cmd, code, byte, bit);
}

/**
 * sim_expect_zeroes() - expect zeroes in a part of the data
 * @ini: the initiator
 * @offset: first byte
 * @len: bytes
 */
void sim_expect_zeroes(struct sim_initiator *ini, u32 offset, u32 len)
{
	KUNIT_EXPECT_NULL(ini->test, memchr_inv(ini->data + offset, 0, len));
}

/**
 * sim_expect_good() - expect GOOD status of the last command
 * @ini: the initiator
 * @len: expected bytes of data
 */
void sim_expect_good(struct sim_initiator *ini, u32 len)
{
	KUNIT_EXPECT_EQ_MSG(ini->test, SAM_STAT_GOOD, ini->task.status,
			    "CDB %16ph", ini->task.cdb);
	KUNIT_EXPECT_EQ(ini->test, len, ini->task.len);
}

/**
 * sim_chunks() - count the chunks of memory of the medium
 * @ini: the initiator
 *
 * Return: the number of chunks.
 */
unsigned long sim_chunks(struct sim_initiator *ini)
{
	return sim_medium_chunks(sim_lun_medium(sim_initiator_lun(ini)));
}

/**
 * sim_write_byte() - write the same byte to all bytes of some blocks
 * @ini: the initiator
 * @lba: first block
 * @count: number of blocks
 * @byte: the byte
 */
void sim_write_byte(struct sim_initiator *ini, u64 lba, u32 count, u8 byte)
{
	u32 block = sim_lun_block(sim_initiator_lun(ini));

	memset(ini->data, byte, count * block);
	sim_rw(ini, WRITE_16, 0, lba, count);
	KUNIT_ASSERT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
}

/**
 * sim_expect_byte() - expect the same byte in all bytes of some blocks
 * @ini: the initiator
 * @lba: first block
 * @count: number of blocks
 * @byte: the byte
 */
void sim_expect_byte(struct sim_initiator *ini, u64 lba, u32 count, u8 byte)
{
	u32 block = sim_lun_block(sim_initiator_lun(ini));

	sim_rw(ini, READ_16, 0, lba, count);
	KUNIT_ASSERT_EQ(ini->test, SAM_STAT_GOOD, ini->task.status);
	KUNIT_EXPECT_NULL(ini->test,
			  memchr_inv(ini->data, byte, count * block));
}

const unsigned int sim_sectors[SIM_SECTORS] = { 512, 1024, 2048, 4096 };

/**
 * sim_sector_desc() - name the test of a logical block length
 * @sector: logical block length in bytes
 * @desc: set to the name
 */
void sim_sector_desc(const unsigned int *sector, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%u byte blocks", *sector);
}
