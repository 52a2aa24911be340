import type UPlot from 'uplot';

/** Loads the chart library when a chart is first shown. */
export async function loadUPlot(): Promise<typeof UPlot> {
  // It makes number formats while it loads, and Chromium's language under LANG=C (`en-US@posix`) is not one that can be.
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, 'language', { value: 'en-US', configurable: true });
  }
  const { default: loaded } = await import('uplot');
  return loaded;
}
