// SPDX-License-Identifier: MIT
// A test that can be started, edited and stopped, with numbers that follow its users.
import { history } from './routes.mjs';
import { snapshotOf } from './snapshot.mjs';

export class Live {
    constructor() {
        this.phase = 'ready';
        this.target = 0;
        this.rate = 1;
        this.since = 0;
        this.paused = false;
    }

    like() {
        if (this.phase === 'running' && this.paused) return 'paused';
        return this.phase === 'ready' ? 'ready' : this.phase === 'stopped' ? 'stopped' : 'running';
    }

    snapshot() {
        const snap = snapshotOf(this.like());
        if (this.phase === 'ready') return snap;
        if (this.phase === 'stopping' && Date.now() - this.since > 1500) this.phase = 'stopped';
        const users = this.phase === 'stopped' ? 0 : this.target;
        return { ...snap, state: this.phase, user_count: users, target_users: this.target, spawn_rate: this.rate };
    }

    history(q) {
        return history(this.like(), q);
    }

    swarm(form) {
        const users = Number(form.get('user_count'));
        if (!Number.isInteger(users) || users < 1)
            return { success: false, message: 'user_count must be a whole number', field: 'user_count' };
        this.target = users;
        this.rate = Number(form.get('spawn_rate'));
        this.phase = 'running';
        return { success: true, message: 'Swarming started', host: form.get('host') };
    }

    pause(on) {
        this.paused = on;
        return { success: true, message: on ? 'Test paused' : 'Test resumed' };
    }

    stop() {
        this.phase = 'stopping';
        this.since = Date.now();
        return { success: true, message: 'Test stopped' };
    }
}
