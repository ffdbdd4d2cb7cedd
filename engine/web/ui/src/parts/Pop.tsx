// SPDX-License-Identifier: MIT
// A panel that hangs from its button. Not modal: Esc or a click elsewhere closes it, focus goes back to the opener.
import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';

interface Props {
  anchor: RefObject<HTMLElement | null>;
  width: number;
  label: string;
  onClose: () => void;
  children: ComponentChildren;
}

export function Pop({ anchor, width, label, onClose, children }: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const place = (): void => {
      const el = box.current;
      const from = anchor.current?.getBoundingClientRect();
      if (!el) return;
      const w = Math.min(width, innerWidth - 16);
      const hidden = !from || from.width === 0;
      el.style.width = `${w}px`;
      el.style.top = `${hidden ? 60 : Math.max(8, Math.min(from.bottom + 8, innerHeight - el.offsetHeight - 8))}px`;
      el.style.left = `${Math.max(8, Math.min(hidden ? innerWidth : from.left, innerWidth - w - 20))}px`;
    };
    place();
    addEventListener('resize', place);
    return () => removeEventListener('resize', place);
  });
  useEffect(() => {
    const opener = (document.activeElement as HTMLElement | null) ?? null;
    const first = box.current?.querySelector<HTMLElement>('[data-first], input, select, button');
    (first ?? box.current)?.focus({ preventScroll: true });
    if (first instanceof HTMLInputElement && first.type === 'text') first.select();
    const key = (e: KeyboardEvent): void => {
      if (e.key !== 'Escape') return;
      e.preventDefault();
      e.stopPropagation();
      onClose();
    };
    const away = (e: PointerEvent): void => {
      const at = e.target as Node;
      if (!box.current?.contains(at) && !anchor.current?.contains(at)) onClose();
    };
    document.addEventListener('keydown', key, true);
    document.addEventListener('pointerdown', away);
    return () => {
      document.removeEventListener('keydown', key, true);
      document.removeEventListener('pointerdown', away);
      const back = opener && opener.isConnected && opener !== document.body ? opener : anchor.current;
      back?.focus({ preventScroll: true });
    };
  }, []);
  return (
    <div ref={box} class="pop" role="dialog" aria-label={label} tabIndex={-1}>
      {children}
    </div>
  );
}
