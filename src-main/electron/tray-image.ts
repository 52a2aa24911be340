import { join } from 'node:path';
import { type NativeImage, nativeImage, nativeTheme } from 'electron';
import type { TrayIconName } from './tray-menu.ts';

/** The file of an icon under `assets/tray`: macOS tints a template, Windows tells what its panel is like, Linux does not. */
function trayImageFile(icon: TrayIconName, platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return `${icon}Template.png`;
    case 'win32':
      return `${icon}-${nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'dark' : 'light'}.png`;
    default:
      return `${icon}-outlined.png`;
  }
}

/** The image of an icon for the panel as it is now; its `@2x` is found beside it. */
export function trayImage(assetsDir: string, icon: TrayIconName): NativeImage {
  const image = nativeImage.createFromPath(join(assetsDir, 'tray', trayImageFile(icon, process.platform)));
  image.setTemplateImage(process.platform === 'darwin');
  return image;
}
