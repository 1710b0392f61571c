mod files;
mod kinds;
mod names;
mod photos;
mod sample;
mod stripping;
