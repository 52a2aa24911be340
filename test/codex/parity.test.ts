import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareProfiles } from '../../src-main/core/learn/compare.ts';
import { learnFromCli } from '../../src-main/core/learn/learn-from-cli.ts';
import { sentShape } from '../../src-main/core/learn/sent-shape.ts';
import { ProfileBook } from '../../src-main/core/normalise/profiles/book.ts';
import { LearnedProfile } from '../../src-main/shared/learned-profile.ts';
import { realClock } from '../support/host.ts';

/** The built-in profiles against the real commands: those installed as siblings, `codex-<version>`, of the one under test. */

const siblings = resolve(dirname(process.env.CODEX_LAUNCHER ?? '.'), '../../../../..');

describe.each(['0.118.0', '0.169.0', '0.171.0'])('the real Codex %s', (version) => {
  const codex = join(siblings, `codex-${version}`, 'node_modules', '.bin', 'codex');
  const isHere = existsSync(codex);

  it.runIf(!isHere)(`is looked at (skipped: it is not installed in ${siblings})`, ({ skip }) =>
    skip(`skipped: ${codex} is not there`),
  );

  it.runIf(isHere)('shows the names and values of its built-in profile', async () => {
    const learned = await learnFromCli({ codex, clock: realClock, progress: () => {} });
    expect(LearnedProfile.parse(learned)).toEqual(learned);
    const profiles = new ProfileBook({ newestVersion: () => version, choice: () => version, learned: () => [learned] });
    const compared = compareProfiles(learned, profiles.forOthers(), sentShape({ profiles, originator: 'codex_exec' }));
    expect(compared).toMatchObject({ version, builtIn: version.replace(/\.0$/, ''), differences: [], isUsed: true });
    const unlike = compared.values.filter(
      ({ name, builtIn, learned: now }) => name !== 'user-agent' && builtIn !== now,
    );
    expect(unlike).toEqual([]);
  });
});
