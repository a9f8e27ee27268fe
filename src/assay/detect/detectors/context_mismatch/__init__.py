"""Case companies whose mission is another family's domain."""
