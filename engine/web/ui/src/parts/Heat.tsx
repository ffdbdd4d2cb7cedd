// SPDX-License-Identifier: MIT
// The heat map of one request or of all: asked for while it is shown, with its scale in words.
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { cellsOf, heatLane } from '../chart/heat';
import type { Lane } from '../chart/lane';
import { useAsked } from '../core/fetching';
import { NB, count, plural } from '../core/format';
import type { Curve } from '../core/history';
import type { View } from '../core/span';
import type { HeatMap, Histogram } from '../core/types';
import { Seg } from './small';

/** Room right of the map, where the last 10 s stand as a sideways histogram. */
export const HEAT_RIGHT = 208;
/** Fewer requests than this are dots: a cell's colour would say more than is known. */
export const FEW = 50;

export interface Heat {
  lane: (curve: Curve, height: number) => Lane | null;
  note: JSX.Element | null;
}

interface Options {
  /** "METHOD name"; null: all of them. */
  request: string | null;
  on: boolean;
  view: View;
  phone: boolean;
  requests: number;
  histogram: Histogram | null;
}

export function useHeat({ request, on, view, phone, requests, histogram }: Options): Heat {
  const span = view.zoomed
    ? `&from=${view.from.toFixed(0)}&to=${view.to.toFixed(0)}`
    : view.since
      ? `&from=${view.since.toFixed(0)}`
      : '';
  const of = request === null ? '' : `request=${encodeURIComponent(request)}&`;
  const asked = useAsked<HeatMap>(
    on ? `stats/heatmap?${of}cols=${phone ? 60 : 180}${span}` : null,
    view.zoomed ? 0 : 5,
  );
  const map = asked.data;
  const cells = useMemo(() => (map?.columns.length ? cellsOf(map) : null), [map]);
  const few = requests < FEW;
  const now = histogram?.current ?? null;
  return {
    lane: (curve, height) =>
      map && cells ? heatLane({ map, cells, curve, now, few, right: HEAT_RIGHT, height }) : null,
    note: !on ? null : few ? (
      <span class="t3 s">{plural(requests, 'request')} so far</span>
    ) : cells ? (
      <span class="scale no-phone">
        1<i />
        {count(cells.full)} requests per cell of {cells.seconds}
        {NB}s
      </span>
    ) : null,
  };
}

export type DrawnAs = 'lines' | 'heat';
export const DrawnAsSwitch = (p: { value: DrawnAs; onPick: (as: DrawnAs) => void }): JSX.Element => (
  <Seg
    label="Response time as"
    value={p.value}
    options={[
      ['lines', 'Lines'],
      ['heat', 'Heat map'],
    ]}
    onPick={p.onPick}
  />
);
