/* SPDX-License-Identifier: MIT */
/* The register switch for AArch64 (AAPCS64): x19-x30 and d8-d15. */
#if defined(__aarch64__)
    .text
    .globl coro_switch
    .hidden coro_switch
    .type coro_switch, %function
    .p2align 4
/* void coro_switch(void **from = x0, void *to = x1) */
coro_switch:
    .cfi_startproc
    sub sp, sp, #160
    .cfi_adjust_cfa_offset 160
    stp x19, x20, [sp, #0]
    stp x21, x22, [sp, #16]
    stp x23, x24, [sp, #32]
    stp x25, x26, [sp, #48]
    stp x27, x28, [sp, #64]
    stp x29, x30, [sp, #80]
    .cfi_rel_offset x29, 80
    .cfi_rel_offset x30, 88
    stp d8, d9, [sp, #96]
    stp d10, d11, [sp, #112]
    stp d12, d13, [sp, #128]
    stp d14, d15, [sp, #144]

    mov x9, sp
    str x9, [x0]
    mov sp, x1

    ldp x19, x20, [sp, #0]
    ldp x21, x22, [sp, #16]
    ldp x23, x24, [sp, #32]
    ldp x25, x26, [sp, #48]
    ldp x27, x28, [sp, #64]
    ldp x29, x30, [sp, #80]
    ldp d8, d9, [sp, #96]
    ldp d10, d11, [sp, #112]
    ldp d12, d13, [sp, #128]
    ldp d14, d15, [sp, #144]
    add sp, sp, #160
    .cfi_adjust_cfa_offset -160
    ret
    .cfi_endproc
    .size coro_switch, . - coro_switch

    .globl coro_trampoline
    .hidden coro_trampoline
    .type coro_trampoline, %function
    .p2align 4
/* Where a new coroutine begins: a frame without a caller. */
coro_trampoline:
    .cfi_startproc
    .cfi_undefined x30
    mov x29, xzr
    bl coro_main
    brk #0
    .cfi_endproc
    .size coro_trampoline, . - coro_trampoline
#endif
    .section .note.GNU-stack, "", %progbits
