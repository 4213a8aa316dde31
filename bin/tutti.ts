import { App } from "aws-cdk-lib";
import { installTutti } from "../lib/install-tutti.ts";
import { settingsFrom } from "../lib/settings.ts";

const app = new App();
installTutti(app, settingsFrom(app.node));
