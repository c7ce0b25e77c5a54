export { Echo, INTERVAL, LARGEST_VALUE, REPEAT } from "./echo.ts";
export { echo } from "./service.ts";
export { echoDescriptors } from "./descriptors.ts";
