# The page to try the API on.

api-title = API
api-without-script = This page needs scripts. The API's description as OpenAPI 3.1:
