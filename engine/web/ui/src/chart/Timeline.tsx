// SPDX-License-Identifier: MIT
// The timeline as a component: rail of event marks, lanes, keyboard, a summary in words and a table.
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Glyph, Mark } from '../core/events';
import { clock } from '../core/format';
import type { Change } from '../core/types';
import { TimelineChart, type TimelineData } from './timeline';

export const NO_GAPS: [number, number][] = [];

interface Props extends TimelineData {
  label: string;
  /** Above the values at the right end: "last 10 s". */
  nowWord?: string;
  rail?: boolean;
  right?: number;
  lit?: Change | null;
  onZoom?: (from: number, to: number) => void;
  onReset?: () => void;
  chartRef?: (chart: TimelineChart | null) => void;
}

function Shape({ glyph, x }: { glyph: Glyph; x: number }): JSX.Element {
  const y = 13;
  const stroke = { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.75 } as const;
  if (glyph === 'load')
    return <path d={`M${x - 4} ${y + 3.5}L${x} ${y - 3.5}L${x + 4} ${y + 3.5}z`} fill="currentColor" />;
  if (glyph === 'lost') return <path d={`M${x - 3} ${y - 3}l6 6m0-6l-6 6`} {...stroke} />;
  if (glyph === 'join') return <path d={`M${x - 4} ${y}h8M${x} ${y - 4}v8`} {...stroke} />;
  if (glyph === 'gen') return <path d={`M${x} ${y - 4}l4.5 7.5h-9z`} fill="currentColor" />;
  if (glyph === 'slow') return <path d={`M${x - 4} ${y + 3}l3-3 2 2 3-4`} {...stroke} />;
  if (glyph === 'pause') return <path d={`M${x - 2} ${y - 4}v8M${x + 2} ${y - 4}v8`} {...stroke} />;
  if (glyph === 'play') return <path d={`M${x - 3} ${y - 4}l7 4-7 4z`} fill="currentColor" />;
  if (glyph === 'done') return <circle cx={x} cy={y} r="2.5" fill="currentColor" />;
  return <rect x={x - 3} y={y - 3} width="6" height="6" fill="currentColor" />;
}

const RailMark = ({ mark }: { mark: Mark }): JSX.Element => (
  <g class={mark.tone}>
    <title>{`${clock(mark.change.t)} ${mark.text}`}</title>
    <rect x={mark.x - 8} y="0" width="16" height="26" fill="transparent" />
    {mark.count > 1 ? (
      <text x={mark.x} y="17" text-anchor="middle" class="rail-count">
        {mark.label}
      </text>
    ) : (
      <Shape glyph={mark.glyph} x={Math.round(mark.x) + 0.5} />
    )}
    {mark.side && mark.count === 1 && (
      <text
        x={mark.side === 'right' ? mark.x + 8 : mark.x - 8}
        y="17"
        text-anchor={mark.side === 'right' ? 'start' : 'end'}
      >
        {mark.label}
      </text>
    )}
  </g>
);

const sameMarks = (a: Mark[], b: Mark[]): boolean =>
  a.length === b.length &&
  a.every((m, i) => m.x === b[i]?.x && m.text === b[i]?.text && m.side === b[i]?.side && m.tone === b[i]?.tone);

export function Timeline(props: Props): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<TimelineChart | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [marks, setMarks] = useState<Mark[]>([]);
  const [cursor, setCursor] = useState<number | null>(null);
  const rail = props.rail !== false;

  useLayoutEffect(() => {
    const c = new TimelineChart(box.current as HTMLElement, props, {
      rail,
      right: props.right ?? 118,
      onZoom: (from, to) => latest.current.onZoom?.(from, to),
      onCursor: setCursor,
      onMarks: (next) => setMarks((old) => (sameMarks(old, next) ? old : next)),
    });
    chart.current = c;
    props.chartRef?.(c);
    return () => {
      props.chartRef?.(null);
      c.destroy();
    };
  }, []);
  useEffect(() => {
    if (!document.hidden) chart.current?.update(props);
  }, [props]); // not when only the cursor moved
  useEffect(() => {
    const shown = (): void => {
      if (!document.hidden) chart.current?.update(latest.current);
    };
    document.addEventListener('visibilitychange', shown);
    return () => document.removeEventListener('visibilitychange', shown);
  }, []);
  useEffect(() => chart.current?.light(props.lit ?? null), [props.lit]);

  const keys = (e: KeyboardEvent): void => {
    const by = e.key === 'ArrowLeft' ? -1 : e.key === 'ArrowRight' ? 1 : 0;
    if (by) {
      e.preventDefault();
      chart.current?.step(by * (e.shiftKey ? 10 : 1));
    } else if (e.key === 'Escape' && props.onReset) {
      props.onReset();
    }
  };

  return (
    <div class="tl">
      {rail && (
        <svg class="rail" width="100%" height="26" aria-hidden="true">
          {marks.map((m) => (
            <RailMark key={m.change.t + m.change.kind} mark={m} />
          ))}
        </svg>
      )}
      {rail && <span class="tl-now">{cursor === null ? (props.nowWord ?? 'last 10 s') : clock(cursor)}</span>}
      <div
        ref={box}
        class="lanes"
        role="img"
        aria-label={props.label}
        tabIndex={0}
        onKeyDown={keys}
        onDblClick={() => props.onReset?.()}
      />
    </div>
  );
}
