// The page to try the API on: shows the document that the page names.
import SwaggerUIBundle from "swagger-ui-dist/swagger-ui-es-bundle";
import "swagger-ui-dist/swagger-ui.css";

const place = document.getElementById("api-docs");
SwaggerUIBundle({
  url: place?.dataset.document,
  domNode: place,
  validatorUrl: null,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  tagsSorter: "alpha",
});
