/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory of memfd_secret(2): unevictable from the first fault on, until the file is gone.
 */
#include "world.h"

#include "machine/machine.h"

static struct file *secret(struct world *w, unsigned long pages)
{
	struct file *file = FILE_OF("keys", GUPSIM_SECRETMEM, .bytes = pages * PG);

	map_at(w, HEAP, pages, RW, MAP_SHARED, file, 0);
	return file;
}

static unsigned long nr_unevictable(const struct world *w)
{
	return w->machine->phys->lru.size[LRU_UNEVICTABLE];
}

static void pages_come_with_faults_and_stay(struct world *w)
{
	struct file *file = secret(w, 3);

	assert_null(gupsim_file_page(file, 0));
	touch(w, HEAP, 2);
	assert_number(w, nr_unevictable(w), 2);
	unmap(w, HEAP, 3);
	assert_number(w, nr_unevictable(w), 2);
	assert_page(w, gupsim_file_page(file, 1),
		    "refs 1 map 0 dirty lru unevictable referenced");
	assert_null(gupsim_file_page(file, 2));
}

static void isolation_makes_no_page_evictable(struct world *w)
{
	struct page *page;

	secret(w, 1);
	touch(w, HEAP, 1);
	page = page_at(w, HEAP);
	assert_result(w, gupsim_isolate(page), 0);
	assert_number(w, nr_unevictable(w), 0);
	assert_result(w, gupsim_putback(page), 0);
	assert_number(w, nr_unevictable(w), 1);
	assert_page(w, page, "refs 2 map 1 dirty lru unevictable");
}

/* It cannot be moved: neither ZONE_MOVABLE nor a CMA area is asked for a page. */
static void pages_are_not_movable(struct world *w)
{
	w->config.ram_movable = 4 << 20;
	world_renew(w);
	secret(w, 1);
	touch(w, HEAP, 1);
	assert_number(w, gupsim_page_zone(page_at(w, HEAP)), GUPSIM_ZONE_NORMAL);
}

static void refuse(struct world *w, const char *value)
{
	assert_result(w, gupsim_rule_set(w->machine, "check_vma_flags.secretmem", value),
		      0);
}

static void locking_changes_nothing(struct world *w)
{
	refuse(w, "refused");
	secret(w, 1);
	touch(w, HEAP, 1);
	assert_result(w, gupsim_mlock(w->mm, HEAP, PG, false), -ENOMEM);
	assert_page(w, page_at(w, HEAP), "refs 2 map 1 dirty lru unevictable");
	assert_number(w, find_vma(w->mm, HEAP)->vm_flags & VM_LOCKED, 0);
}

static void the_size_is_for_good(struct world *w)
{
	struct file *file = secret(w, 2);

	assert_result(w, gupsim_ftruncate(file, PG), -EINVAL);
	assert_result(w, gupsim_ftruncate(file, 3 * PG), -EINVAL);
	assert_result(w, gupsim_fsync(file), -EINVAL);
	assert_result(w, gupsim_file_evict(file, 0, 1), -EINVAL);
	assert_result(w, gupsim_mmap(w->mm, 0x200000, PG, RW, MAP_PRIVATE, file, 0),
		      -EINVAL);
}

/* Neither touched nor written, nor with force: a rule alone stands before it. */
static void nobody_pins_where_kernels_know_it(struct world *w)
{
	static const unsigned int flags[] = {0, FOLL_WRITE, FOLL_FORCE, FOLL_DUMP,
					     FOLL_WRITE | FOLL_FORCE};

	secret(w, 2);
	touch(w, HEAP, 1);
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		refuse(w, "accepted");
		probe(w, ASK(REMOTE, HEAP, 1, flags[i]), GIVES(1));
		release(w);
		refuse(w, "refused");
		probe(w, ASK(REMOTE, HEAP, 1, flags[i]), GIVES(-EFAULT));
		probe(w, ASK(REMOTE, HEAP + PG, 1, flags[i]), GIVES(-EFAULT));
	}
	assert_null(gupsim_file_page(find_vma(w->mm, HEAP)->vm_file, 1));
}

SUITE(world_test(pages_come_with_faults_and_stay),
      world_test(isolation_makes_no_page_evictable), world_test(pages_are_not_movable),
      world_test(locking_changes_nothing), world_test(the_size_is_for_good),
      world_test(nobody_pins_where_kernels_know_it))
