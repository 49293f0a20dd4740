/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An address space, its memory for tables, and mmap_sem. */
#include "mm/mm.h"

#include <errno.h>
#include <string.h>

#define TABLES_PER_BLOCK 16

int mm_create(struct base *base, struct phys *phys, const char *name,
	      struct gupsim_mm **out)
{
	struct gupsim_mm *mm = heap_calloc(&base->heap, 1, sizeof(*mm));

	if (!mm)
		return -ENOMEM;
	mm->base = base;
	mm->phys = phys;
	mm->mm.sim = mm;
	mm->mm.mmap_sem.base = base;
	mm->last_walk.start = NO_WALK;
	RB_INIT(&mm->tree);
	strlcpy(mm->name, name, sizeof(mm->name));
	mm->pgd = table_alloc(mm);
	if (!mm->pgd) {
		heap_free(&base->heap, mm);
		return -ENOMEM;
	}
	*out = mm;
	return 0;
}

void mm_free_tables(struct gupsim_mm *mm)
{
	struct heap *heap = &mm->base->heap;

	mm->pgd = NULL;
	mm->free_tables = NULL;
	mm->nr_tables = 0;
	while (mm->blocks) {
		struct table_block *block = mm->blocks;

		mm->blocks = block->next;
		heap_free(heap, block->memory);
		heap_free(heap, block);
	}
}

void mm_destroy(struct gupsim_mm *mm)
{
	mm_free_tables(mm);
	heap_free(&mm->base->heap, mm);
}

static bool add_block(struct gupsim_mm *mm)
{
	struct heap *heap = &mm->base->heap;
	struct table_block *block = heap_alloc(heap, sizeof(*block));
	char *table;

	if (!block)
		return false;
	block->memory = heap_alloc(heap, (TABLES_PER_BLOCK + 1) * PAGE_SIZE);
	if (!block->memory) {
		heap_free(heap, block);
		return false;
	}
	block->next = mm->blocks;
	mm->blocks = block;
	table = (char *)PAGE_ALIGN((uintptr_t)block->memory);
	for (int i = 0; i < TABLES_PER_BLOCK; i++, table += PAGE_SIZE) {
		*(void **)table = mm->free_tables;
		mm->free_tables = table;
	}
	return true;
}

void *table_alloc(struct gupsim_mm *mm)
{
	void *table;

	if (!mm->free_tables && !add_block(mm))
		return NULL;
	table = mm->free_tables;
	mm->free_tables = *(void **)table;
	mm->nr_tables++;
	return memset(table, 0, PAGE_SIZE);
}

void table_free(struct gupsim_mm *mm, void *table)
{
	*(void **)table = mm->free_tables;
	mm->free_tables = table;
	mm->nr_tables--;
}

void down_read(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (sem->writer)
		base_die(sem->base, GUPSIM_DEAD_BLOCKS, "mmap_sem, held for writing");
	else
		sem->readers++;
}

void up_read(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (!base_bug_on(sem->base, !sem->readers, __func__, "a lock that is not held"))
		sem->readers--;
}

void down_write(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (rwsem_is_locked(sem))
		base_die(sem->base, GUPSIM_DEAD_BLOCKS, "mmap_sem, held already");
	else
		sem->writer = true;
}

void up_write(struct rw_semaphore *sem)
{
	if (!base_alive(sem->base))
		return;
	if (!base_bug_on(sem->base, !sem->writer, __func__, "a lock that is not held"))
		sem->writer = false;
}

int rwsem_is_locked(struct rw_semaphore *sem)
{
	return sem->writer || sem->readers;
}

int mmap_write_trylock(struct mm_struct *mm)
{
	struct rw_semaphore *sem = &mm->mmap_sem;

	if (rwsem_is_locked(sem))
		return base_error(sem->base, -EDEADLK, "mmap_sem of %s is held for %s",
				  mm->sim->name, sem->writer ? "writing" : "reading");
	down_write(sem);
	return 0;
}
