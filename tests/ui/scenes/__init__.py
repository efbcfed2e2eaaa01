"""Pictures of every screen, taken of the sample firm: zh and en, light and dark, 100 and 150 %."""
