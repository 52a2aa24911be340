import { crashingRefresh } from './crashing-refresh.ts';

/** A program that refreshes and dies. Arguments: data folder, upstream, issuer, the step. It prints how the refresh ended if it lives. */
const [dataDir = '', upstream = '', issuer = '', step = 'none'] = process.argv.slice(2);
process.stdout.write(await crashingRefresh({ dataDir, upstream, issuer, step }));
