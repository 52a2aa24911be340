import type { latencyWords as english } from '../en/latency.ts';
import type { SameIds } from '../message.ts';

export const latencyWords: SameIds<typeof english> = {
  'latency.csv': 'CSV',
  'latency.csv.title': '将图表保存为逗号分隔值文件',
  'latency.png': 'PNG',
  'latency.png.title': '将图表保存为图片',
  'latency.brush.hint': '在图表上拖动可放大，或查看这些请求。',
  'latency.brush': '{from} 至 {to}：{n} 个轮次',
  'latency.brush.zoom': '放大',
  'latency.brush.requests': '显示这些请求',
  'latency.brush.drop': '取消选择',
  'latency.zoomed': '已放大到 {from} 至 {to}。',
  'latency.zoomOut': '缩小',
  'latency.all.requests': '在“请求”中显示',
  'latency.gaps': '无轮次：{spans}。',
  'latency.gaps.more': '{spans}，另有 {n} 段',
  'latency.bands': '色带：一半轮次低于第一条线，九成低于第二条线。',
  'latency.ecdf': '耗时不超过该值的轮次比例',
  'latency.ecdf.title': '不超过 {value}：{percent}',
};
