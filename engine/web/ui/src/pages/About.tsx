// SPDX-License-Identifier: MIT
import type { JSX } from 'preact';
import { useStore } from '../core/store';
import { Mark } from '../parts/icons';

export function About(): JSX.Element {
  const { page } = useStore();
  return (
    <section class="card about">
      <span class="ok">
        <Mark />
      </span>
      <h1>Cicada</h1>
      <p class="t2">
        A load-testing engine. Scenarios, results and this page follow Locust’s routes and keys, so scripts and
        exporters go on working.
      </p>
      <dl class="pairs-list">
        <div>
          <dt>Version</dt>
          <dd>{page.cicada_version ?? page.version ?? 'unknown'}</dd>
        </div>
        {page.cicada_version && page.version && (
          <div>
            <dt>Compatible</dt>
            <dd>with Locust {page.version}</dd>
          </div>
        )}
        <div>
          <dt>Scenario</dt>
          <dd>{page.locustfile ?? 'none'}</dd>
        </div>
        <div>
          <dt>Licence</dt>
          <dd>MIT</dd>
        </div>
        <div>
          <dt>Built with</dt>
          <dd>Preact and uPlot, both MIT</dd>
        </div>
      </dl>
    </section>
  );
}
