"""Speed, measured on a running platform: `make bench PEOPLE=300000`."""
