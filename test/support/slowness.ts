/** How much longer than usual everything takes, such as in code that counts what it runs: a limit of time is so many times as long. */
export const slowness = Number(process.env.TEST_SLOWNESS ?? 1);
