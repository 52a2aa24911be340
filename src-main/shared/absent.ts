/** Stands for "left out" among tiers and efforts, in filters and groups. */
export const absent = 'standard';
