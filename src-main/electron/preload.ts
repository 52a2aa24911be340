import { contextBridge, type IpcRendererEvent, ipcRenderer } from 'electron';
import { ipcChannels } from '../shared/channels.ts';

/** All a page can reach of Electron: one call, one subscription, on two channels. The event object stays here. */
const bridge = {
  invoke: (name: string, input: unknown): Promise<unknown> => ipcRenderer.invoke(ipcChannels.invoke, { name, input }),
  on: (listener: (delta: unknown) => void): (() => void) => {
    const hear = (_event: IpcRendererEvent, delta: unknown) => listener(delta);
    ipcRenderer.on(ipcChannels.delta, hear);
    return () => ipcRenderer.off(ipcChannels.delta, hear);
  },
};

contextBridge.exposeInMainWorld('bridge', bridge);
