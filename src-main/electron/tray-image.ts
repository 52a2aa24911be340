import { join } from 'node:path';
import { type NativeImage, nativeImage, nativeTheme } from 'electron';
import type { TrayIconName } from './tray-menu.ts';

/** The file of an icon under `assets/tray`: macOS tints a template; elsewhere a light glyph is for a dark panel. */
function trayImageFile(icon: TrayIconName, platform: NodeJS.Platform, isDark: boolean): string {
  if (platform === 'darwin') {
    return `${icon}Template.png`;
  }
  return `${icon}-${isDark ? 'dark' : 'light'}.png`;
}

/** The image of an icon for the panel as it is now; its `@2x` is found beside it. */
export function trayImage(assetsDir: string, icon: TrayIconName): NativeImage {
  const isDark = nativeTheme.shouldUseDarkColorsForSystemIntegratedUI;
  const image = nativeImage.createFromPath(join(assetsDir, 'tray', trayImageFile(icon, process.platform, isDark)));
  image.setTemplateImage(process.platform === 'darwin');
  return image;
}
