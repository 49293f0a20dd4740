/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One driver for the kernels from v5.5 to v6.12, as drivers that are kept outside the
 * tree are written: what differs is asked of LINUX_VERSION_CODE. It is compiled once for
 * each generation of the kernel headers, and tells the same story on a machine of that
 * release.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 8, 0)
static void mmap_read_lock(struct mm_struct *mm)
{
	down_read(&mm->mmap_sem);
}

static void mmap_read_unlock(struct mm_struct *mm)
{
	up_read(&mm->mmap_sem);
}
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
static struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long addr)
{
	struct vm_area_struct *vma = find_vma(mm, addr);

	return vma && vma->vm_start <= addr ? vma : NULL;
}
#endif

/* Only current's own mm can be pinned for long in v5.5; the rest is checked by hand. */
static long pin_one(struct mm_struct *mm, unsigned long addr, unsigned int flags,
		    struct page **page)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)
	struct vm_area_struct *vma;
	long ret;

	if (mm == current->mm)
		return get_user_pages(addr, 1, flags | FOLL_LONGTERM, page, &vma);
	ret = get_user_pages_remote(NULL, mm, addr, 1, flags, page, &vma, NULL);
	if (ret != 1 || !vma_is_fsdax(vma))
		return ret;
	put_user_page(*page);
	return -EOPNOTSUPP;
#elif LINUX_VERSION_CODE < KERNEL_VERSION(5, 9, 0)
	return pin_user_pages_remote(NULL, mm, addr, 1, flags | FOLL_LONGTERM, page, NULL,
				     NULL);
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	return pin_user_pages_remote(mm, addr, 1, flags | FOLL_LONGTERM, page, NULL,
				     NULL);
#else
	return pin_user_pages_remote(mm, addr, 1, flags | FOLL_LONGTERM, page, NULL);
#endif
}

static void unpin_one(struct page *page, bool written)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)
	put_user_pages_dirty_lock(&page, 1, written);
#else
	unpin_user_pages_dirty_lock(&page, 1, written);
#endif
}

/* *@page is NULL where there is none to hold: mappings of raw frames. */
static int dma_pin(struct mm_struct *mm, unsigned long addr, bool write,
		   struct page **page, unsigned long *pfn)
{
	struct vm_area_struct *vma;
	long ret;

	mmap_read_lock(mm);
	ret = pin_one(mm, addr, write ? FOLL_WRITE : 0, page);
	if (ret == 1) {
		*pfn = page_to_pfn(*page);
	} else if (ret == -EFAULT) {
		vma = vma_lookup(mm, addr);
		if (vma && (vma->vm_flags & VM_PFNMAP)) {
			*pfn = vma->vm_pgoff + ((addr - vma->vm_start) >> PAGE_SHIFT);
			*page = NULL;
			ret = 1;
		}
	}
	mmap_read_unlock(mm);
	return ret < 0 ? (int)ret : ret == 1 ? 0 : -EFAULT;
}

/* The tests. */
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <gupsim/gupsim.h>
#include <sys/mman.h>

#define ADDR 0x10000UL
#define PG   PAGE_SIZE
#define RW   (PROT_READ | PROT_WRITE)

#ifdef GUP_PIN_COUNTING_BIAS
#define PIN_REFS GUP_PIN_COUNTING_BIAS
#else
#define PIN_REFS 1
#endif

/* From v5.7 to v5.9 a long-term pin takes back its pins, of fsdax and of CMA areas, as if
 * they were references: the rest stays for ever, and the page where it is. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 7, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#define LONGTERM_LEAKS (PIN_REFS - 1)
#else
#define LONGTERM_LEAKS 0
#endif

/* A file system that tracks dirty pages has not been pinned for writing since v6.5. */
#define DISK_ANSWER (LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0) ? 0 : -EFAULT)

struct host {
	struct gupsim_machine *machine;
	struct task_struct *driver, *guest;
};

static void host_create(struct host *host)
{
	struct gupsim_config config = gupsim_config_default();

	assert_string_equal(config.kernel, EXPECTED_RELEASE);
	config.ram_cma = 2 << 20;
	assert_int_equal(gupsim_machine_create(&config, &host->machine), 0);
	assert_int_equal(gupsim_task_create(host->machine, "driver", &host->driver), 0);
	assert_int_equal(gupsim_task_create(host->machine, "guest", &host->guest), 0);
}

static void host_destroy(struct host *host, long held)
{
	assert_int_equal(gupsim_held(host->machine, NULL, NULL), held);
	assert_int_equal(gupsim_audit(host->machine, NULL, NULL), 0);
	assert_int_equal(gupsim_machine_destroy(&host->machine), 0);
}

enum memory {
	NOTHING,
	ANONYMOUS,
	DISK,
	FSDAX,
	DEVICE_DAX,
	REGISTERS,
};

static struct file *open_memory(struct host *host, enum memory memory)
{
	static const enum gupsim_backing backings[] = {
		[DISK] = GUPSIM_DISK,
		[FSDAX] = GUPSIM_FSDAX,
		[DEVICE_DAX] = GUPSIM_DEVDAX,
		[REGISTERS] = GUPSIM_PFNMAP,
	};
	struct gupsim_file_spec spec = {.name = "memory", .bytes = 4 * PG};
	struct file *file = NULL;

	if (memory < DISK)
		return NULL;
	spec.backing = backings[memory];
	if (memory == FSDAX || memory == DEVICE_DAX)
		assert_int_equal(gupsim_pmem_create(host->machine, "pmem0",
						    memory == FSDAX ? GUPSIM_PMEM_FSDAX
								    : GUPSIM_PMEM_DEVDAX,
						    4 * PG, &spec.pmem),
				 0);
	assert_int_equal(gupsim_file_create(host->machine, &spec, &file), 0);
	return file;
}

static void map_memory(struct host *host, struct mm_struct *mm, enum memory memory)
{
	struct file *file = open_memory(host, memory);

	if (memory != NOTHING)
		assert_int_equal(gupsim_mmap(mm, ADDR, 4 * PG, RW,
					     file ? MAP_SHARED : MAP_PRIVATE, file, 0),
				 0);
}

static const struct {
	enum memory memory;
	int answer;
	bool has_page;
	long held;
} rows[] = {
	{ANONYMOUS, 0, true, 0},  {DISK, DISK_ANSWER, true, 0},
	{DEVICE_DAX, 0, true, 0}, {FSDAX, -EOPNOTSUPP, false, LONGTERM_LEAKS},
	{REGISTERS, 0, false, 0}, {NOTHING, -EFAULT, false, 0},
};

static void pin_and_unpin(struct mm_struct *mm, size_t row)
{
	struct page *page = NULL;
	unsigned long pfn = 0;
	int count;

	assert_int_equal(dma_pin(mm, ADDR + PG, true, &page, &pfn), rows[row].answer);
	if (rows[row].answer)
		return;
	assert_int_equal(page != NULL, rows[row].has_page);
	if (!page) {
		assert_int_equal(pfn, 1);
		return;
	}
	assert_ptr_equal(page, gupsim_page_at(mm, ADDR + PG));
	count = page_count(page);
	unpin_one(page, true);
	assert_int_equal(page_count(page), count - PIN_REFS);
	/* What a DAX device holds needs no writing back, whatever its flag says. */
	if (rows[row].memory != DEVICE_DAX)
		assert_true(PageDirty(page));
}

static void memory_of_every_kind_is_pinned(void **state)
{
	(void)state;
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		for (int guest = 0; guest < 2; guest++) {
			struct host host;
			struct mm_struct *mm;

			host_create(&host);
			mm = guest ? host.guest->mm : host.driver->mm;
			map_memory(&host, mm, rows[row].memory);
			pin_and_unpin(mm, row);
			host_destroy(&host, rows[row].held);
		}
	}
}

/* v5.5 does not look where pages of another's mm lie; later releases move them. */
static void pages_leave_cma(void **state)
{
	struct page *page = NULL;
	unsigned long pfn;
	struct host host;

	(void)state;
	host_create(&host);
	gupsim_allocate_in(host.machine, GUPSIM_IN_CMA);
	map_memory(&host, host.guest->mm, ANONYMOUS);
	assert_int_equal(gupsim_write(host.guest, ADDR, "x", 1, NULL), 0);
	assert_true(gupsim_page_is_cma(gupsim_page_at(host.guest->mm, ADDR)));
	gupsim_allocate_in(host.machine, GUPSIM_IN_NORMAL);
	assert_int_equal(dma_pin(host.guest->mm, ADDR, true, &page, &pfn), 0);
	assert_int_equal(gupsim_page_is_cma(page),
			 LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0) || LONGTERM_LEAKS);
	unpin_one(page, false);
	host_destroy(&host, LONGTERM_LEAKS);
}

/* As drivers do that have no mm's lock at hand. */
static void mapped_pages_are_had_without_the_lock(void **state)
{
	struct page *pages[2] = {NULL, NULL};
	struct host host;

	(void)state;
	host_create(&host);
	map_memory(&host, host.driver->mm, ANONYMOUS);
	assert_int_equal(gupsim_write(host.driver, ADDR, "x", 1, NULL), 0);
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 8, 0)
	assert_int_equal(__get_user_pages_fast(ADDR, 2, 1, pages), 1);
#else
	assert_int_equal(get_user_pages_fast_only(ADDR, 2, FOLL_WRITE, pages), 1);
#endif
	put_page(pages[0]);
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 6, 0)
	assert_int_equal(get_user_pages_fast(ADDR, 2, FOLL_WRITE | FOLL_LONGTERM, pages),
			 2);
#else
	assert_int_equal(pin_user_pages_fast(ADDR, 2, FOLL_WRITE | FOLL_LONGTERM, pages),
			 2);
#endif
	assert_int_equal(page_count(pages[0]), 1 + PIN_REFS);
	unpin_one(pages[0], false);
	unpin_one(pages[1], false);
	assert_int_equal(get_user_pages_fast(ADDR, 2, FOLL_WRITE, pages), 2);
	put_page(pages[0]);
	put_page(pages[1]);
	assert_int_equal(get_user_pages_fast(ADDR, 2, 1u << 30, pages), -EINVAL);
	host_destroy(&host, 0);
}

/* Who pays for a fault: with tsk whom it names, without it current. */
static void faults_are_accounted(void **state)
{
	struct page *page = NULL;
	unsigned long pfn;
	struct host host;

	(void)state;
	host_create(&host);
	map_memory(&host, host.guest->mm, ANONYMOUS);
	assert_int_equal(dma_pin(host.guest->mm, ADDR, true, &page, &pfn), 0);
	assert_int_equal(gupsim_current()->min_flt,
			 LINUX_VERSION_CODE < KERNEL_VERSION(5, 9, 0) ? 0 : 1);
	assert_int_equal(host.guest->min_flt, 0);
	unpin_one(page, false);
	host_destroy(&host, 0);
}

/* Whoever leaves the config out gets a machine of the same release. */
static void the_default_machine_fits(void **state)
{
	struct page *page = NULL;
	unsigned long pfn;
	struct host host;

	(void)state;
	assert_int_equal(gupsim_machine_create(NULL, &host.machine), 0);
	assert_int_equal(gupsim_task_create(host.machine, "driver", &host.driver), 0);
	map_memory(&host, host.driver->mm, ANONYMOUS);
	assert_int_equal(dma_pin(host.driver->mm, ADDR, true, &page, &pfn), 0);
	assert_int_equal(page_count(page), 1 + PIN_REFS);
	unpin_one(page, false);
	host_destroy(&host, 0);
}

/* Headers with other arguments do not fit. */
static void another_release_is_refused(void **state)
{
	struct gupsim_config config = gupsim_config_default();
	struct gupsim_machine *machine;

	(void)state;
	config.kernel = LINUX_VERSION_CODE < KERNEL_VERSION(5, 9, 0) ? "v5.10" : "v5.6";
	assert_int_equal(gupsim_machine_create(&config, &machine), -EINVAL);
	assert_non_null(strstr(gupsim_config_problem(&config), "signatures"));
}

/* Flags. */

#define SAME(name) assert_int_equal(gupsim_foll_flags(FOLL_##name), GUPSIM_FOLL_##name)

static void flags_arrive(void **state)
{
	(void)state;
	SAME(WRITE);
	SAME(GET);
	SAME(DUMP);
	SAME(FORCE);
	SAME(NOWAIT);
	SAME(HWPOISON);
	SAME(ANON);
	SAME(LONGTERM);
	SAME(SPLIT_PMD);
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 13, 0)
	SAME(SPLIT);
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 18, 0)
	SAME(POPULATE);
	SAME(MLOCK);
	SAME(NUMA);
	SAME(COW);
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	SAME(MIGRATION);
	SAME(TOUCH);
	SAME(TRIED);
	SAME(REMOTE);
	assert_int_equal(FOLL_LONGTERM, 0x10000);
	assert_int_equal(FOLL_FORCE, 0x10);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
	SAME(PIN);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 8, 0)
	SAME(FAST_ONLY);
#endif
#else
	SAME(PCI_P2PDMA);
	SAME(INTERRUPTIBLE);
	SAME(HONOR_NUMA_FAULT);
	assert_int_equal(FOLL_LONGTERM, 0x100);
	assert_int_equal(FOLL_FORCE, 0x8);
	assert_int_equal(gupsim_foll_flags(1 << 16), GUPSIM_FOLL_TOUCH);
	assert_int_equal(gupsim_foll_flags(1 << 17), GUPSIM_FOLL_TRIED);
	assert_int_equal(gupsim_foll_flags(1 << 18), GUPSIM_FOLL_REMOTE);
	assert_int_equal(gupsim_foll_flags(1 << 19), GUPSIM_FOLL_PIN);
	assert_int_equal(gupsim_foll_flags(1 << 20), GUPSIM_FOLL_FAST_ONLY);
	assert_int_equal(gupsim_foll_flags(1 << 21), GUPSIM_FOLL_UNLOCKABLE);
	assert_int_equal(gupsim_foll_flags(1 << 22), GUPSIM_FOLL_MADV_POPULATE);
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
	SAME(NOFAULT);
	assert_int_equal(FOLL_NOFAULT,
			 LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) ? 0x80 : 0x20);
#endif
	assert_int_equal(gupsim_foll_flags(FOLL_WRITE | FOLL_LONGTERM),
			 GUPSIM_FOLL_WRITE | GUPSIM_FOLL_LONGTERM);
}

/* Bits of no flag: none of them becomes one. */
static void bits_are_not_lost(void **state)
{
	unsigned int known = 0;

	(void)state;
	assert_int_equal(gupsim_foll_flags(0), 0);
	for (int bit = 0; bit < 32; bit++) {
		unsigned int ours = gupsim_foll_flags(1u << bit);

		assert_int_equal(ours & (ours - 1), 0);
		assert_true(ours);
		if (ours != GUPSIM_FOLL_UNKNOWN) {
			assert_int_equal(known & ours, 0);
			known |= ours;
		}
	}
	for (size_t k = 0; k < gupsim_nr_kernels(); k++)
		if (!strcmp(gupsim_kernel_name(k), EXPECTED_RELEASE))
			assert_int_equal(known, gupsim_kernel_flags(k));
}

static void find_ignored(void *arg, const struct gupsim_decision *decision)
{
	if (!strncmp(decision->what, "ignored: bits", 13))
		++*(int *)arg;
}

/* The call goes on, and says so. */
static void unknown_bits_are_ignored(void **state)
{
	struct page *page = NULL;
	int ignored = 0;
	struct host host;

	(void)state;
	host_create(&host);
	map_memory(&host, host.driver->mm, ANONYMOUS);
	assert_int_equal(get_user_pages_unlocked(ADDR, 1, &page, FOLL_WRITE | 1u << 30),
			 1);
	gupsim_trace(host.machine, 0, find_ignored, &ignored);
	assert_int_equal(ignored, 1);
	put_page(page);
	host_destroy(&host, 0);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
/* The bit of FOLL_PIN, by whatever name: it is the kernel's own. */
static void callers_may_not_pass_foll_pin(void **state)
{
	const unsigned int foll_pin =
		LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0) ? 0x40000 : 1 << 19;
	const struct gupsim_report *reports;
	struct page *page = NULL;
	struct host host;

	(void)state;
	host_create(&host);
	map_memory(&host, host.driver->mm, ANONYMOUS);
	mmap_read_lock(current->mm);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
	assert_int_equal(get_user_pages(ADDR, 1, foll_pin, &page, NULL), -EINVAL);
#else
	assert_int_equal(get_user_pages(ADDR, 1, foll_pin, &page), -EINVAL);
#endif
	assert_int_equal(gupsim_reports(host.machine, &reports), 1);
	assert_int_equal(reports[0].kind, GUPSIM_WARN);
	mmap_read_unlock(current->mm);
	host_destroy(&host, 0);
}
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
/* What is there is had, what a fault would have to bring is not. */
static void nofault_brings_nothing(void **state)
{
	struct page *page = NULL;
	struct host host;

	(void)state;
	host_create(&host);
	map_memory(&host, host.driver->mm, ANONYMOUS);
	assert_int_equal(gupsim_write(host.driver, ADDR, "x", 1, NULL), 0);
	assert_int_equal(get_user_pages_unlocked(ADDR, 1, &page, FOLL_NOFAULT), 1);
	put_page(page);
	assert_int_equal(get_user_pages_unlocked(ADDR + PG, 1, &page, FOLL_NOFAULT),
			 -EFAULT);
	assert_null(gupsim_page_at(host.driver->mm, ADDR + PG));
	host_destroy(&host, 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_of_every_kind_is_pinned),
		cmocka_unit_test(pages_leave_cma),
		cmocka_unit_test(mapped_pages_are_had_without_the_lock),
		cmocka_unit_test(faults_are_accounted),
		cmocka_unit_test(the_default_machine_fits),
		cmocka_unit_test(another_release_is_refused),
		cmocka_unit_test(flags_arrive),
		cmocka_unit_test(bits_are_not_lost),
		cmocka_unit_test(unknown_bits_are_ignored),
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 6, 0)
		cmocka_unit_test(callers_may_not_pass_foll_pin),
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 16, 0)
		cmocka_unit_test(nofault_brings_nothing),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
