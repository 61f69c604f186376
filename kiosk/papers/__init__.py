"""What is printed or filed: acceptance slip (PDF), ticket (raster), scans (PDF/A)."""
