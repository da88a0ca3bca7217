// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fake midlayer over the port. A command is a request, with the parts of the
 * midlayer and of the port after it. Each entry of its buffer has memory of the
 * exact size, so that KASAN reports any access beyond it.
 */
#include <kunit/test.h>
#include <linux/log2.h>
#include <linux/preempt.h>
#include <linux/sbitmap.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <scsi/scsi.h>

#include "../queue.h"
#include "../submit.h"
#include "fake_cmd.h"
#include "fake_hba.h"

/* The kernel's helpers between these types assume this layout. */
static_assert(offsetof(struct fake_cmd, scmd) ==
	      offsetof(struct fake_cmd, rq) + sizeof(struct request));
static_assert(offsetof(struct fake_cmd, cmd) ==
	      offsetof(struct fake_cmd, scmd) + sizeof(struct scsi_cmnd));

static void free_lun(void *lun)
{
	kfree(lun);
}

static void free_budget(void *data)
{
	struct scsi_device *sdev = data;

	sbitmap_free(&sdev->budget_map);
}

/**
 * fake_budget() - give a logical unit the map that its queue depth is kept in
 * @test: the test
 * @sdev: the logical unit
 *
 * Kernels from 7.2 on change no queue depth without this map. It has one word.
 *
 * Context: task.
 */
void fake_budget(struct kunit *test, struct scsi_device *sdev)
{
	int err = sbitmap_init_node(&sdev->budget_map, BITS_PER_LONG,
				    ilog2(BITS_PER_LONG), GFP_KERNEL,
				    NUMA_NO_NODE, false, false);

	KUNIT_ASSERT_EQ(test, 0, err);
	err = kunit_add_action_or_reset(test, free_budget, sdev);
	KUNIT_ASSERT_EQ(test, 0, err);
}

/**
 * fake_sdev() - make a logical unit
 * @fake: the chip it is behind
 * @id: target ID
 * @lun: LUN
 *
 * Context: task.
 * Return: the device, until the test ends.
 */
struct scsi_device *fake_sdev(struct fake_hba *fake, unsigned int id, u64 lun)
{
	struct pioscsi_lun *lun_queue;
	struct scsi_device *sdev;

	sdev = kunit_kzalloc(fake->test, sizeof(*sdev), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(fake->test, sdev);
	sdev->host = fake->port->shost;
	sdev->id = id;
	sdev->lun = lun;
	sdev->tagged_supported = 1;
	mutex_init(&sdev->state_mutex);
	fake_budget(fake->test, sdev);
	lun_queue = pioscsi_lun_alloc();
	KUNIT_ASSERT_NOT_NULL(fake->test, lun_queue);
	lun_queue->no_tags = fake->hba->no_tags & BIT(id);
	sdev->hostdata = lun_queue;
	KUNIT_ASSERT_EQ(fake->test, 0,
			kunit_add_action_or_reset(fake->test, free_lun,
						  sdev->hostdata));
	return sdev;
}

static void take_off_list(void *sdev)
{
	list_del(&((struct scsi_device *)sdev)->siblings);
}

/**
 * fake_known_sdev() - make a logical unit that the midlayer knows
 * @fake: the chip it is behind
 *
 * Context: task.
 * Return: the device, until the test ends.
 */
struct scsi_device *fake_known_sdev(struct fake_hba *fake)
{
	struct scsi_device *sdev = fake_sdev(fake, 0, 0);

	list_add(&sdev->siblings, &sdev->host->__devices);
	KUNIT_ASSERT_EQ(fake->test, 0,
			kunit_add_action_or_reset(fake->test, take_off_list,
						  sdev));
	return sdev;
}

static void add_seg(struct fake_cmd *c, struct scatterlist *sg,
		    const struct fake_seg *seg)
{
	struct kunit *test = c->fake->test;
	u8 *buf;
	unsigned int i;

	buf = kunit_kmalloc(test, seg->offset + seg->len, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, buf);
	memset(buf, 0, seg->offset);
	buf += seg->offset;
	for (i = 0; i < seg->len; i++)
		buf[i] = c->scmd.sc_data_direction == DMA_TO_DEVICE ?
			fake_byte(c->len + i) : FAKE_POISON;
	sg_set_buf(sg, buf, seg->len);
	c->len += seg->len;
}

static void add_buffer(struct fake_cmd *c, const struct fake_seg *segs,
		       unsigned int nr)
{
	struct kunit *test = c->fake->test;
	struct scatterlist *sgl;
	unsigned int i;

	sgl = kunit_kcalloc(test, nr, sizeof(*sgl), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, sgl);
	sg_init_table(sgl, nr);
	for (i = 0; i < nr; i++)
		add_seg(c, &sgl[i], &segs[i]);
	c->scmd.sdb.table.sgl = sgl;
	c->scmd.sdb.table.nents = nr;
	c->scmd.sdb.table.orig_nents = nr;
	c->scmd.sdb.length = c->len;
}

/**
 * fake_cmd_sg() - make a command with a scatter list
 * @fake: the chip it is for
 * @sdev: the logical unit
 * @dir: direction; %DMA_NONE without data
 * @segs: entries
 * @nr: number of them
 *
 * Tags are numbered from 0.
 *
 * Context: task.
 * Return: the command, until the test ends.
 */
struct fake_cmd *fake_cmd_sg(struct fake_hba *fake, struct scsi_device *sdev,
			     enum dma_data_direction dir,
			     const struct fake_seg *segs, unsigned int nr)
{
	struct fake_cmd *c;

	c = kunit_kzalloc(fake->test, sizeof(*c), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(fake->test, c);
	c->fake = fake;
	c->rq.tag = fake->next_tag++ % fake->hba->depth;
	c->scmd.device = sdev;
	c->scmd.sc_data_direction = dir;
	c->scmd.cmd_len = 6;
	c->scmd.flags = SCMD_TAGGED;
	c->scmd.sense_buffer = c->sense;
	if (nr)
		add_buffer(c, segs, nr);
	return c;
}

/**
 * fake_cmd() - make a command with a buffer in one piece
 * @fake: the chip it is for
 * @sdev: the logical unit
 * @dir: direction
 * @len: bytes; 0 without data
 *
 * Context: task.
 * Return: the command, until the test ends.
 */
struct fake_cmd *fake_cmd(struct fake_hba *fake, struct scsi_device *sdev,
			  enum dma_data_direction dir, unsigned int len)
{
	const struct fake_seg seg = { .len = len };

	return fake_cmd_sg(fake, sdev, len ? dir : DMA_NONE, &seg, !!len);
}

/**
 * fake_queue() - give a command to the port
 * @c: the command
 *
 * Context: as queuecommand().
 */
void fake_queue(struct fake_cmd *c)
{
	struct Scsi_Host *shost = c->fake->port->shost;

	shost->hostt->queuecommand(shost, &c->scmd);
}

/**
 * fake_queued() - make a command and give it to the port
 * @fake: the chip it is for
 * @sdev: the logical unit
 * @dir: direction
 * @len: bytes; 0 without data
 *
 * Context: task.
 * Return: the command, until the test ends.
 */
struct fake_cmd *fake_queued(struct fake_hba *fake, struct scsi_device *sdev,
			     enum dma_data_direction dir, unsigned int len)
{
	struct fake_cmd *c = fake_cmd(fake, sdev, dir, len);

	fake_queue(c);
	return c;
}

/**
 * fake_queued_held() - make a command that stays in the queue
 * @fake: the chip it is for; it does not accept this command
 * @sdev: the logical unit
 *
 * Context: task.
 * Return: the command, until the test ends.
 */
struct fake_cmd *fake_queued_held(struct fake_hba *fake,
				  struct scsi_device *sdev)
{
	fake_fail(fake, FAKE_START, -EBUSY, 1);
	return fake_queued(fake, sdev, DMA_NONE, 0);
}

/**
 * fake_done() - replace scsi_done() and scsi_done_direct()
 * @scmd: the command that is ended
 * @task: true for scsi_done_direct()
 *
 * The port must not touch the command afterwards. Clear a pointer that it would
 * need for that.
 *
 * Context: any.
 */
void fake_done(struct scsi_cmnd *scmd, bool task)
{
	struct fake_cmd *c = container_of(scmd, struct fake_cmd, scmd);
	struct fake_hba *fake = c->fake;

	if (c->done++)
		fake_broke(fake, "completed a command twice");
	c->direct = task;
	c->bh_off = softirq_count();
	c->result = scmd->result;
	c->cmd.scmd = NULL;
	fake->ended++;
	fake_log(fake, FAKE_DONE, c->rq.tag);
}

/**
 * fake_data() - copy a command's data buffer into one piece
 * @c: the command
 *
 * Context: task.
 * Return: a copy, until the test ends.
 */
u8 *fake_data(struct fake_cmd *c)
{
	struct scsi_data_buffer *sdb = &c->scmd.sdb;
	u8 *buf = kunit_kmalloc(c->fake->test, c->len + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(c->fake->test, buf);
	sg_copy_to_buffer(sdb->table.sgl, sdb->table.nents, buf, c->len);
	return buf;
}

/**
 * fake_holds() - compare a buffer with the chip's data
 * @c: the command
 * @good: bytes from the chip
 * @rest: expected value of the other bytes
 *
 * Context: task.
 * Return: true if so.
 */
bool fake_holds(struct fake_cmd *c, unsigned int good, u8 rest)
{
	u8 *buf = fake_data(c);
	unsigned int i;

	for (i = 0; i < c->len; i++)
		if (buf[i] != (i < good ? fake_byte(i) : rest))
			return false;
	return true;
}
