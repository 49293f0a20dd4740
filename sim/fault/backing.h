/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of file does when it is mapped, and when the mapping faults. */
#ifndef SIM_FAULT_BACKING_H
#define SIM_FAULT_BACKING_H

#include "fault/fault.h"

/*
 * The file's ->mmap(), as secretmem_mmap() and its like: complete the flags and the
 * operations of a mapping to be. -EINVAL: it cannot be mapped so. -EACCES.
 */
int backing_mmap(struct vma_spec *spec);
/* The second half of it, for devices that fill their mapping at once. -ENOMEM. */
int backing_populate(struct vm_area_struct *vma);

extern const struct vm_operations_struct ext4_file_vm_ops, shmem_vm_ops, ext4_dax_vm_ops,
	dev_dax_vm_ops, pfnmap_vm_ops, p2pdma_vm_ops, secretmem_vm_ops, hugetlb_vm_ops;

/* check_vma() of a device-dax node: 0, -EINVAL, -ENXIO: the device is going away. */
int dev_dax_mmap_problem(const struct vma_spec *spec);

/* -ENOMEM: the pool has not so many pages. */
int hugetlbfs_file_mmap(struct vm_area_struct *vma);
int pfnmap_populate(struct vm_area_struct *vma);
int p2pdma_populate(struct vm_area_struct *vma);

#endif
