/* SPDX-License-Identifier: GPL-2.0-or-later */
/* VMAs: the list, the tree, splitting and merging. */
#include "mm/hugetlb.h"

#include "file/resv_map.h"

#include <errno.h>

static int vma_compare(const struct vma *a, const struct vma *b)
{
	return a->vm.vm_start < b->vm.vm_start ? -1 : a->vm.vm_start > b->vm.vm_start;
}

RB_GENERATE_INTERNAL(vma_tree, vma, node, vma_compare, __attribute__((unused)) static)

struct vm_area_struct *find_vma(struct mm_struct *mm, unsigned long addr)
{
	struct vma *node = RB_ROOT(&mm->sim->tree);
	struct vm_area_struct *found = NULL;

	while (node) {
		if (node->vm.vm_end > addr) {
			found = &node->vm;
			if (node->vm.vm_start <= addr)
				break;
			node = RB_LEFT(node, node);
		} else {
			node = RB_RIGHT(node, node);
		}
	}
	return found;
}

struct vm_area_struct *vma_lookup(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	return vma && vma->vm_start <= address ? vma : NULL;
}

struct vm_area_struct *find_vma_intersection(struct mm_struct *mm, unsigned long start,
					     unsigned long end)
{
	struct vm_area_struct *vma = find_vma(mm, start);

	return vma && vma->vm_start < end ? vma : NULL;
}

static void link_vma(struct mm_struct *mm, struct vma *vma)
{
	struct vma *prev;

	RB_INSERT(vma_tree, &mm->sim->tree, vma);
	prev = RB_PREV(vma_tree, &mm->sim->tree, vma);
	vma->vm.vm_prev = prev ? &prev->vm : NULL;
	vma->vm.vm_next = prev ? prev->vm.vm_next : mm->mmap;
	if (prev)
		prev->vm.vm_next = &vma->vm;
	else
		mm->mmap = &vma->vm;
	if (vma->vm.vm_next)
		vma->vm.vm_next->vm_prev = &vma->vm;
	mm->map_count++;
}

static void unlink_vma(struct mm_struct *mm, struct vma *vma)
{
	struct vm_area_struct *vm = &vma->vm;

	RB_REMOVE(vma_tree, &mm->sim->tree, vma);
	if (vm->vm_prev)
		vm->vm_prev->vm_next = vm->vm_next;
	else
		mm->mmap = vm->vm_next;
	if (vm->vm_next)
		vm->vm_next->vm_prev = vm->vm_prev;
	mm->map_count--;
}

static void join_anon_vma(struct vma *vma, struct anon_vma *anon_vma)
{
	vma->vm.anon_vma = anon_vma;
	if (!anon_vma)
		return;
	anon_vma->users++;
	list_add_tail(&vma->anon_link, &anon_vma->vmas);
}

void put_anon_vma(struct base *base, struct anon_vma *anon_vma)
{
	if (anon_vma && --anon_vma->users == 0)
		heap_free(&base->heap, anon_vma);
}

static void leave_anon_vma(struct vma *vma)
{
	struct anon_vma *anon_vma = vma->vm.anon_vma;

	if (!anon_vma)
		return;
	list_del(&vma->anon_link);
	put_anon_vma(mm_base(vma->vm.vm_mm), anon_vma);
	vma->vm.anon_vma = NULL;
}

/* They differ in nothing but what mprotect(2) may make the same again. */
static bool anon_vma_compatible(const struct vm_area_struct *lower,
				const struct vm_area_struct *upper)
{
	return lower->vm_end == upper->vm_start && lower->vm_file == upper->vm_file &&
	       !((lower->vm_flags ^ upper->vm_flags) & ~VM_ACCESS_FLAGS) &&
	       lower->vm_pgoff + vma_pages(lower) == upper->vm_pgoff;
}

/* What came by a fork keeps to itself. */
static struct anon_vma *reusable_anon_vma(const struct vm_area_struct *neighbour,
					  const struct vm_area_struct *lower,
					  const struct vm_area_struct *upper)
{
	if (!neighbour || sim_vma(neighbour)->forked_end)
		return NULL;
	return anon_vma_compatible(lower, upper) ? neighbour->anon_vma : NULL;
}

/* That of a neighbour which @vma may come to merge with. NULL: it needs its own. */
static struct anon_vma *find_mergeable_anon_vma(const struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = reusable_anon_vma(vma->vm_next, vma, vma->vm_next);

	return anon_vma ? anon_vma : reusable_anon_vma(vma->vm_prev, vma->vm_prev, vma);
}

static struct anon_vma *anon_vma_alloc(struct base *base)
{
	struct anon_vma *anon_vma = heap_calloc(&base->heap, 1, sizeof(*anon_vma));

	if (anon_vma)
		INIT_LIST_HEAD(&anon_vma->vmas);
	return anon_vma;
}

int __anon_vma_prepare(struct vm_area_struct *vma)
{
	struct anon_vma *anon_vma = find_mergeable_anon_vma(vma);

	if (!anon_vma)
		anon_vma = anon_vma_alloc(mm_base(vma->vm_mm));
	if (!anon_vma)
		return -ENOMEM;
	join_anon_vma(sim_vma(vma), anon_vma);
	return 0;
}

static struct gupsim_file *vma_file(const struct vm_area_struct *vma)
{
	return vma->vm_file ? gupsim_file(vma->vm_file) : NULL;
}

static void link_file(struct vma *vma)
{
	struct gupsim_file *file = vma_file(&vma->vm);

	INIT_LIST_HEAD(&vma->i_mmap_link);
	if (!file)
		return;
	file_get(file);
	list_add_tail(&vma->i_mmap_link, &file->mapping.i_mmap);
}

/* What is spoken for stays with the owner, not with a forked mm. */
static void share_resv_map(struct vma *vma, const struct vma *from)
{
	if (vma->vm.vm_mm != from->vm.vm_mm)
		return;
	vma->resv_unmapped = from->resv_unmapped;
	vma->resv_map = from->resv_map;
	if (vma->resv_map)
		vma->resv_map->users++;
}

static struct vma *copy_of(struct mm_struct *mm, const struct vm_area_struct *from)
{
	struct vma *vma = heap_calloc(&mm_base(mm)->heap, 1, sizeof(*vma));

	if (!vma)
		return NULL;
	vma->vm = *from;
	vma->vm.vm_mm = mm;
	vma->forked_end = sim_vma(from)->forked_end;
	join_anon_vma(vma, from->anon_vma);
	link_file(vma);
	share_resv_map(vma, sim_vma(from));
	return vma;
}

void vma_free(struct vm_area_struct *vm)
{
	struct gupsim_file *file = vma_file(vm);
	struct vma *vma = sim_vma(vm);

	leave_anon_vma(vma);
	resv_map_put(mm_base(vm->vm_mm), vma->resv_map);
	list_del(&vma->i_mmap_link);
	if (file)
		file_put(file);
	if (unlikely(sim_mm(vm->vm_mm)->keeps_vmas)) {
		vma->gone = true;
		vm->vm_next = sim_mm(vm->vm_mm)->gone;
		sim_mm(vm->vm_mm)->gone = vm;
		return;
	}
	heap_free(&mm_base(vm->vm_mm)->heap, vma);
}

void mm_keep_vmas(struct mm_struct *mm)
{
	sim_mm(mm)->keeps_vmas++;
}

void mm_forget_vmas(struct mm_struct *mm)
{
	struct gupsim_mm *sim = sim_mm(mm);

	if (--sim->keeps_vmas)
		return;
	while (sim->gone) {
		struct vm_area_struct *vma = sim->gone;

		sim->gone = vma->vm_next;
		heap_free(&sim->base->heap, sim_vma(vma));
	}
}

bool vma_wants_writenotify(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & (VM_WRITE | VM_SHARED)) == (VM_WRITE | VM_SHARED) &&
	       vma->vm_ops && (vma->vm_ops->page_mkwrite || vma->vm_ops->pfn_mkwrite);
}

void vma_set_page_prot(struct vm_area_struct *vma)
{
	unsigned long vm_flags = vma->vm_flags;

	if (vma_wants_writenotify(vma))
		vm_flags &= ~VM_SHARED;
	vma->vm_page_prot = vm_get_page_prot(vm_flags);
}

struct vm_area_struct *vma_alloc(struct mm_struct *mm, const struct vma_spec *spec)
{
	struct vma *vma = heap_calloc(&mm_base(mm)->heap, 1, sizeof(*vma));

	if (!vma)
		return NULL;
	vma->vm.vm_start = spec->start;
	vma->vm.vm_end = spec->end;
	vma->vm.vm_mm = mm;
	vma->vm.vm_flags = spec->vm_flags;
	vma->vm.vm_pgoff = spec->pgoff;
	vma->vm.vm_ops = spec->vm_ops;
	vma->vm.vm_file = spec->file ? &spec->file->file : NULL;
	vma_set_page_prot(&vma->vm);
	link_file(vma);
	return &vma->vm;
}

struct vm_area_struct *vma_link(struct vm_area_struct *vma)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long start = vma->vm_start;

	link_vma(mm, sim_vma(vma));
	vma_merge(vma);
	return find_vma(mm, start);
}

struct vm_area_struct *vma_dup(struct mm_struct *mm, const struct vm_area_struct *vma)
{
	struct vma *copy = copy_of(mm, vma);

	if (!copy)
		return NULL;
	copy->forked_end = copy->vm.anon_vma ? copy->vm.vm_end : 0;
	link_vma(mm, copy);
	return &copy->vm;
}

/* @upper, a copy of @vma, takes what is above @address. */
static void split_off(struct vma *upper, struct vm_area_struct *vma,
		      unsigned long address)
{
	upper->vm.vm_start = address;
	upper->vm.vm_end = vma->vm_end;
	upper->vm.vm_pgoff = linear_page_index(vma, address);
	vma->vm_end = address;
	link_vma(vma->vm_mm, upper);
}

static struct vm_area_struct *vma_across(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = find_vma(mm, address);

	return vma && vma->vm_start < address ? vma : NULL;
}

int vma_may_split(struct mm_struct *mm, unsigned long address)
{
	struct vm_area_struct *vma = vma_across(mm, address);

	return vma && vma->vm_ops && vma->vm_ops->may_split
		       ? vma->vm_ops->may_split(vma, address)
		       : 0;
}

int split_range(struct mm_struct *mm, unsigned long start, unsigned long end)
{
	struct vm_area_struct *first = vma_across(mm, start);
	struct vm_area_struct *last = vma_across(mm, end);
	struct vma *inside = first ? copy_of(mm, first) : NULL;
	struct vma *above = last ? copy_of(mm, last) : NULL;

	if ((first && !inside) || (last && !above)) {
		if (inside)
			vma_free(&inside->vm);
		if (above)
			vma_free(&above->vm);
		return -ENOMEM;
	}
	if (last)
		split_off(above, last, end);
	if (first)
		split_off(inside, first, start);
	return 0;
}

/* Since a fork each VMA of the child has its own, whatever its parents' shared. */
static bool same_anon_vma(const struct vm_area_struct *a, const struct vm_area_struct *b)
{
	return a->anon_vma == b->anon_vma &&
	       sim_vma(a)->forked_end == sim_vma(b)->forked_end;
}

/*
 * A neighbour takes a range in that knows the same VMAs, or none while he knows some and
 * is no copy. One that knows none himself takes only what knows none.
 */
static bool is_mergeable_anon_vma(const struct vm_area_struct *vma,
				  const struct vm_area_struct *neighbour)
{
	if (same_anon_vma(vma, neighbour))
		return true;
	return !vma->anon_vma && !sim_vma(neighbour)->forked_end;
}

static bool can_merge(const struct vm_area_struct *lower,
		      const struct vm_area_struct *upper)
{
	return lower && upper && lower->vm_end == upper->vm_start &&
	       lower->vm_flags == upper->vm_flags && !(lower->vm_flags & VM_SPECIAL) &&
	       lower->vm_file == upper->vm_file && lower->vm_ops == upper->vm_ops &&
	       lower->vm_pgoff + vma_pages(lower) == upper->vm_pgoff;
}

static void absorb_upper(struct vm_area_struct *lower, struct vm_area_struct *upper)
{
	if (!lower->anon_vma)
		join_anon_vma(sim_vma(lower), upper->anon_vma);
	lower->vm_end = upper->vm_end;
	vma_unmap(upper);
}

void vma_merge(struct vm_area_struct *vma)
{
	struct vm_area_struct *prev = vma->vm_prev, *next = vma->vm_next;
	bool below = can_merge(prev, vma) && is_mergeable_anon_vma(vma, prev);
	bool above = can_merge(vma, next) && is_mergeable_anon_vma(vma, next);

	if (below && above && prev->anon_vma && next->anon_vma)
		above = same_anon_vma(prev, next);
	if (above)
		absorb_upper(vma, next);
	if (below)
		absorb_upper(prev, vma);
}

void vma_unmap(struct vm_area_struct *vma)
{
	if (is_vm_hugetlb_page(vma))
		hugetlb_vma_close(vma);
	unlink_vma(vma->vm_mm, sim_vma(vma));
	vma_free(vma);
}
