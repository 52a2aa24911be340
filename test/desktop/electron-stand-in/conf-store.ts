import Conf from 'conf';

/** What `electron-store` is mocked with: it is conf with Electron's paths, and would download Electron here. */
export class ConfStore extends Conf<Record<string, unknown>> {
  constructor({ name, ...options }: { readonly name: string; readonly cwd: string }) {
    super({ ...options, configName: name });
  }
}
