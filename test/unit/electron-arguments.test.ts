import { describe, expect, it } from 'vitest';
import { readDesktopOptions } from '../../src-main/electron/arguments.ts';

function read(...args: string[]) {
  const lines: string[] = [];
  return { options: readDesktopOptions(args, (line) => lines.push(line)), lines };
}

describe('the arguments of a desktop start', () => {
  it('are those of serve, named or not', () => {
    expect(read('serve', '--port', '0', '--no-open').options).toMatchObject({ port: 0, open: false });
    expect(read().options).toMatchObject({ port: 2575, open: true });
  });

  it("may hold Chromium's switches", () => {
    expect(read('--enable-features=Vulkan', '--port', '0', '--ozone-platform=wayland').options).toMatchObject({
      port: 0,
    });
  });

  it('say so where a folder is named for a demo, which has its own', () => {
    const { options, lines } = read('--demo', '--data-dir', '/d');
    expect(options).toMatchObject({ demo: true });
    expect(lines).toEqual([expect.stringContaining('nothing in /d is read or changed')]);
    expect(read('--demo').lines).toEqual([]);
  });

  it.each([
    [['--port', 'http'], /--port/],
    [['--upstream', 'http://example.com'], /this machine only/],
    [['--demo', '--issuer', 'https://example.test'], /--demo/],
  ])('that are wrong, %j, are refused in one line', (args, message) => {
    const { options, lines } = read(...args);
    expect(options).toBeNull();
    expect(lines).toEqual([expect.stringMatching(message)]);
  });
});
