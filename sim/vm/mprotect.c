/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mprotect(), one VMA at a time. */
#include "vm/mprotect.h"

#include "mm/pagewalk.h"
#include "vm/devmap.h"
#include "vm/huge_memory.h"
#include "vm/hugetlb.h"

#include <errno.h>
#include <sys/mman.h>

/* VM_MAYREAD and its like stand this many bits above VM_READ and its like. */
#define VM_MAY_SHIFT 4

unsigned long calc_vm_prot_bits(int prot, unsigned int pkey)
{
	return (unsigned long)pkey << VM_PKEY_SHIFT | (prot & PROT_READ ? VM_READ : 0) |
	       (prot & PROT_WRITE ? VM_WRITE : 0) | (prot & PROT_EXEC ? VM_EXEC : 0);
}

/* A write fault would find the page to be the writer's own, and change the pte alone. */
static bool is_own_page(const struct vm_area_struct *vma, pte_t pte)
{
	struct base *base = mm_base(vma->vm_mm);
	unsigned int rule = base_rule(base, RULE_MPROTECT_WRITE);
	struct page *page = vm_normal_page(vma, pte);

	if (!(vma->vm_flags & VM_WRITE) || !page || !PageAnon(page))
		return false;
	if (!PageAnonExclusive(page) || rule == MPROTECT_WRITE_SHARED)
		return false;
	base_decision(base, "can_change_pte_writable", RULE_MPROTECT_WRITE,
		      "the page is the mapping's own: it may be written at once");
	return pte_dirty(pte) || rule == MPROTECT_WRITE_EXCLUSIVE;
}

/* Otherwise a page becomes read-only whatever is asked for: who writes must fault. */
bool can_change_pte_writable(const struct vm_area_struct *vma, pte_t pte)
{
	return vma->vm_flags & VM_SHARED ? vma_wants_writenotify(vma) && pte_dirty(pte)
					 : is_own_page(vma, pte);
}

static int change_pte(pte_t *ptep, unsigned long address, void *arg)
{
	const struct vm_area_struct *vma = arg;
	pte_t pte = *ptep;

	(void)address;
	if (!pte_present(pte)) { /* it moves: whoever writes afterwards must fault */
		set_pte(ptep, make_migration_entry_read(pte));
		return 0;
	}
	pte = pte_modify(pte, vma->vm_page_prot);
	if (can_change_pte_writable(vma, pte))
		pte = pte_mkwrite(pte);
	set_pte(ptep, pte);
	return 0;
}

static int change_huge_entry(pte_t *leaf, unsigned long haddr, unsigned int shift,
			     void *vma)
{
	(void)haddr;
	if (vma_is_special_huge(vma))
		change_special_huge(vma, leaf, shift);
	else
		change_huge_pmd(vma, leaf);
	return 0;
}

static const struct mm_walk_ops change_ops = {
	.pte_entry = change_pte,
	.huge_entry = change_huge_entry,
};

static void change_protection(struct vm_area_struct *vma)
{
	if (is_vm_hugetlb_page(vma))
		hugetlb_change_protection(vma);
	else
		walk_page_range(vma->vm_mm, vma->vm_start, vma->vm_end, &change_ops, vma);
}

static bool vma_is_pkey_exec_only(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_ACCESS_FLAGS) == VM_EXEC &&
	       vma_pkey(vma) == sim_mm(vma->vm_mm)->execute_only_pkey;
}

/* A key that is named is the one; else the VMA keeps its own, unless it has to do with
 * memory for execution alone. */
static unsigned int arch_override_mprotect_pkey(const struct vm_area_struct *vma,
						const struct mprotect_request *request)
{
	unsigned int pkey = 0;

	if (request->pkey >= 0)
		return request->pkey;
	if (request->prot == PROT_EXEC)
		pkey = execute_only_pkey(vma->vm_mm, request->task);
	else if (vma_is_pkey_exec_only(vma))
		return 0;
	return pkey ? pkey : vma_pkey(vma);
}

/* What has no pages yet need not count as committed while nobody may write to it. */
static bool unaccounts(const struct vm_area_struct *vma)
{
	struct base *base = mm_base(vma->vm_mm);

	if (!(vma->vm_flags & VM_ACCOUNT) || !vma_is_anonymous(vma) || vma->anon_vma ||
	    base_rule(base, RULE_MPROTECT_UNACCOUNT) == MPROTECT_UNACCOUNT_NEVER)
		return false;
	base_decision(base, "mprotect_fixup", RULE_MPROTECT_UNACCOUNT,
		      "untouched, and not to be written: it is VM_ACCOUNT no more");
	return true;
}

/* Private memory that could not be written so far begins to count as committed. */
static unsigned long account(const struct vm_area_struct *vma, unsigned long newflags)
{
	const unsigned long free_of_it =
		VM_ACCOUNT | VM_WRITE | VM_HUGETLB | VM_SHARED | VM_NORESERVE;

	if (newflags & VM_WRITE)
		return vma->vm_flags & free_of_it ? newflags : newflags | VM_ACCOUNT;
	return unaccounts(vma) ? newflags & ~VM_ACCOUNT : newflags;
}

int mprotect_fixup(struct vm_area_struct *vma, unsigned long start, unsigned long end,
		   const struct mprotect_request *request)
{
	struct mm_struct *mm = vma->vm_mm;
	unsigned long oldflags = vma->vm_flags;
	unsigned long newflags =
		(oldflags & ~(VM_ACCESS_FLAGS | ARCH_VM_PKEY_FLAGS)) |
		calc_vm_prot_bits(request->prot,
				  arch_override_mprotect_pkey(vma, request));
	int error;

	if (newflags & ~(newflags >> VM_MAY_SHIFT) & VM_ACCESS_FLAGS)
		return base_error(mm_base(mm), -EACCES,
				  "the mapping at %#lx may never allow this", start);
	if (newflags == oldflags)
		return 0;
	newflags = account(vma, newflags);
	error = split_mapped_range(mm, start, end);
	if (error)
		return error;
	vma = find_vma(mm, start);
	vma->vm_flags = newflags;
	vma_set_page_prot(vma);
	change_protection(vma);
	vma_merge(vma);
	return 0;
}
