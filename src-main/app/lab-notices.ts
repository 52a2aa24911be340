import type { Host } from '../core/ports.ts';
import type { LabExperiment } from '../shared/lab.ts';
import { tell } from '../shared/words/told.ts';

const texts = {
  done: 'notices.experiment.done',
  failed: 'notices.experiment.failed',
  asking: 'notices.experiment.asking',
} as const;

/** Notifies once of an experiment that has ended by itself, or that waits for an answer; who stops one knows it. */
export function labNotices(notify: Host['notify']): (experiment: LabExperiment) => void {
  let last = '';
  return ({ id, state, endedAt, request: { model } }) => {
    if (state === 'running' || state === 'stopped') return;
    const about = `${id} ${state} ${endedAt}`;
    if (about === last) return;
    last = about;
    notify(tell('notices.experiment'), tell(texts[state], { model }), 'experiment');
  };
}
