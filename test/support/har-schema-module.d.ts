declare module 'har-schema' {
  const schemas: Readonly<Record<string, object>> & { readonly har: object };
  // biome-ignore lint/style/noDefaultExport: a CommonJS module
  export default schemas;
}
