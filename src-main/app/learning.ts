import { compareProfiles } from '../core/learn/compare.ts';
import { driftText, stillNew } from '../core/learn/drift.ts';
import { codexAt, findCodex } from '../core/learn/find-codex.ts';
import { learnFromCli } from '../core/learn/learn-from-cli.ts';
import { LearnedStore } from '../core/learn/learned-store.ts';
import { PassingClients } from '../core/learn/passing.ts';
import { sentShape } from '../core/learn/sent-shape.ts';
import type { NewestVersion } from '../core/normalise/codex-version.ts';
import { ProfileBook } from '../core/normalise/profiles/book.ts';
import { builtInProfiles } from '../core/normalise/profiles/choose.ts';
import type { Host } from '../core/ports.ts';
import type { Redactor } from '../core/traces/redaction.ts';
import type { TurnWatcher } from '../core/watch.ts';
import type { Handlers } from '../shared/contract.ts';
import { SlipstreamError } from '../shared/errors.ts';
import type { LearnedProfile, ProfileComparison, ProfilesView } from '../shared/learned-profile.ts';
import { tell } from '../shared/words/told.ts';
import type { Told } from '../shared/words/told-text.ts';

interface LearningOptions {
  readonly host: Host;
  readonly redactor: Redactor;
  readonly newestVersion: NewestVersion;
  readonly changed: () => void;
}

type ProfileCall = Extract<keyof Handlers, `profiles.${string}`>;

/** The part that knows shapes: built in, learned of the installed command, and of Codex clients that pass. */
export interface Learning {
  readonly book: ProfileBook;
  readonly handlers: Pick<Handlers, ProfileCall>;
  view(): ProfilesView;
  /** A watcher that also learns from what it is told. */
  watching(watcher: TurnWatcher): TurnWatcher;
  /** Whether something was learned of a version. */
  knows(version: string): boolean;
  /** Ends a run that is under way, and writes what waits. */
  stop(): Promise<void>;
}

/** Builds store, book and the runs of the installed command. */
export function composeLearning({ host, redactor, newestVersion, changed }: LearningOptions): Learning {
  const { clock, settings } = host;
  const store = new LearnedStore({ ...host, changed });
  const book = new ProfileBook({
    newestVersion: () => newestVersion.version,
    choice: () => settings.read().codexProfile,
    learned: () => store.profiles,
  });
  let passing: PassingClients | null = null;
  let running: { step: Told; readonly ending: AbortController; done: Promise<unknown> } | null = null;
  const differences = new WeakMap<LearnedProfile, number>();
  const compared = (learned: LearnedProfile): ProfileComparison => {
    const { originator } = settings.read();
    return compareProfiles(learned, book.forOthers(), sentShape({ profiles: book, originator }));
  };
  const differencesOf = (learned: LearnedProfile): number => {
    const known = differences.get(learned) ?? compared(learned).differences.length;
    differences.set(learned, known);
    return known;
  };
  const view = (): ProfilesView => {
    const used = book.forOthers();
    return {
      choice: settings.read().codexProfile,
      used: { id: used.id, version: used.version },
      builtIn: builtInProfiles.map(({ id, version }) => ({ id, version })),
      learned: store.profiles.map((learned) => ({
        version: learned.version,
        source: learned.source,
        learnedAt: learned.learnedAt,
        differences: differencesOf(learned),
        isUsed: book.isOf(used, learned),
      })),
      news: store.notes
        .filter(({ dismissed }) => !dismissed)
        .flatMap((note) => {
          const text = driftText(stillNew(note, book.knownFor(note.version)));
          return text === null ? [] : [{ version: note.version, at: note.at, text }];
        }),
      running: running === null ? null : { step: running.step },
    };
  };
  const learn = async (codex: string | null): Promise<ProfileComparison> => {
    if (codex === null) throw new SlipstreamError('codex_missing');
    if (running !== null) throw new SlipstreamError('learning_running');
    const ending = new AbortController();
    const run = { step: tell('failures.codex.step.starting'), ending, done: Promise.resolve<unknown>(null) };
    running = run;
    const progress = (step: Told) => {
      run.step = step;
      changed();
    };
    const work = learnFromCli({ codex, clock, progress, signal: ending.signal });
    run.done = work.catch(() => {});
    try {
      const learned = await work;
      newestVersion.see(learned.version);
      store.put(learned);
      passing?.forgetKnown();
      return compared(learned);
    } finally {
      running = null;
      changed();
    }
  };
  return {
    book,
    view,
    knows: (version) => store.profiles.some((learned) => learned.version === version),
    watching: (watcher) => {
      passing = new PassingClients({
        watcher,
        epochMs: () => clock.epochMs(),
        profileOf: (version) => book.knownFor(version),
        before: store,
        clean: (name) => redactor.text(name),
        learned: (profile) => store.put(profile),
        drifted: (note) => store.putNote(note),
      });
      return passing;
    },
    handlers: {
      'profiles.get': view,
      'profiles.compare': ({ version, source }) => {
        const learned = store.profiles.find((each) => each.version === version && each.source === source);
        if (learned === undefined) throw new SlipstreamError('profile_unknown');
        return compared(learned);
      },
      'profiles.learn': () => learn(findCodex()),
      'profiles.learnFrom': ({ path }) => learn(codexAt(path)),
      'profiles.stop': () => {
        running?.ending.abort();
        return null;
      },
      'profiles.dismiss': ({ version }) => {
        const note = store.notes.find((each) => each.version === version);
        if (note !== undefined) store.putNote({ ...note, dismissed: true });
        return view();
      },
    },
    stop: async () => {
      running?.ending.abort();
      await running?.done;
      store.flush();
    },
  };
}
